import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createCertifiedKey } from '../../idp-bridge/src/saml/self-signed-certificate.ts'
import { findFreePort } from '../support/plantel-process.ts'

const share = '/usr/share/simplesamlphp'

/** Whether Debian's `simplesamlphp` and `php-cli` are here. */
export const hasSimpleSamlPhp: boolean =
  existsSync(`${share}/www/saml2/idp/SSOService.php`) && hasPhp()

function hasPhp(): boolean {
  try {
    execFileSync('php', [
      '-r',
      'exit(extension_loaded("pdo_sqlite") && extension_loaded("dom") ? 0 : 1);',
    ])
    return true
  } catch {
    return false
  }
}

/** Plantel, as an administrator enters it at this identity provider. */
export interface ServiceProvider {
  spEntityId: string
  acsUrl: string
  logoutUrl: string
  /** PEM. */
  certificate: string
  isEncrypted: boolean
}

/** A SimpleSAMLphp of its own, by PHP's own server. People are `name:name`. */
export interface SimpleSamlPhp {
  origin: string
  metadataUrl: string
  /** Where a person begins at the identity provider. */
  initiateUrl: (spEntityId: string) => string
  register: (providers: readonly ServiceProvider[]) => Promise<void>
  stop: () => Promise<void>
}

const php = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(php).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `[${Object.entries(value)
      .map(([name, each]) => `${php(/^\d+$/.test(name) ? Number(name) : name)} => ${php(each)}`)
      .join(', ')}]`
  }
  return typeof value === 'string'
    ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
    : JSON.stringify(value)
}

export async function startSimpleSamlPhp(names: readonly string[]): Promise<SimpleSamlPhp> {
  const folder = await mkdtemp(join(tmpdir(), 'plantel-simplesamlphp-'))
  const port = await findFreePort()
  const origin = `http://127.0.0.1:${port}`
  const at = (...path: string[]): string => join(folder, ...path)
  for (const name of ['config', 'cert', 'log', 'data', 'tmp', 'metadata', 'sessions']) {
    await mkdir(at(name))
  }
  const key = await createCertifiedKey('simplesamlphp')
  await writeFile(at('cert', 'idp.pem'), key.privateKey)
  await writeFile(at('cert', 'idp.crt'), key.certificate)
  const config = {
    baseurlpath: `${origin}/`,
    certdir: `${at('cert')}/`,
    loggingdir: `${at('log')}/`,
    datadir: `${at('data')}/`,
    tempdir: at('tmp'),
    metadatadir: `${at('metadata')}/`,
    secretsalt: 'a salt of the tests, which nobody else has',
    'auth.adminpassword': 'not used',
    technicalcontact_email: 'nobody@example.com',
    'admin.checkforupdates': false,
    'enable.saml20-idp': true,
    'module.enable': { exampleauth: true, core: true, saml: true },
    'logging.level': 4,
    'logging.handler': 'file',
    'session.cookie.secure': false,
    'session.cookie.samesite': 'Lax',
    'session.cookie.path': '/',
    'session.phpsession.savepath': at('sessions'),
    'session.phpsession.httponly': true,
    'language.cookie.secure': false,
    'store.type': 'phpsession',
    'metadata.sources': [{ type: 'flatfile' }],
    'theme.use': 'default',
    timezone: 'UTC',
    showerrors: true,
  }
  await writeFile(at('config', 'config.php'), `<?php\n$config = ${php(config)};\n`)
  const people = Object.fromEntries(
    names.map((name) => [
      `${name}:${name}`,
      { uid: [name], mail: [`${name}@example.com`], displayName: [name] },
    ]),
  )
  const sources = { company: { 0: 'exampleauth:UserPass', ...people } }
  await writeFile(at('config', 'authsources.php'), `<?php\n$config = ${php(sources)};\n`)
  const hosted = {
    [`${origin}/saml2/idp/metadata.php`]: {
      host: '__DEFAULT__',
      privatekey: 'idp.pem',
      certificate: 'idp.crt',
      auth: 'company',
      NameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      'simplesaml.nameidattribute': 'uid',
      authproc: {
        3: {
          class: 'saml:AttributeNameID',
          attribute: 'uid',
          Format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
        },
      },
      'signature.algorithm': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    },
  }
  await writeFile(at('metadata', 'saml20-idp-hosted.php'), `<?php\n$metadata = ${php(hosted)};\n`)
  const register: SimpleSamlPhp['register'] = (providers) =>
    writeFile(
      at('metadata', 'saml20-sp-remote.php'),
      `<?php\n$metadata = ${php(
        Object.fromEntries(providers.map((provider) => [provider.spEntityId, remoteOf(provider)])),
      )};\n`,
    )
  await register([])
  const server = spawn(
    'php',
    ['-d', 'opcache.enable=0', '-S', `127.0.0.1:${port}`, '-t', `${share}/www`],
    {
      env: {
        ...process.env,
        SIMPLESAMLPHP_CONFIG_DIR: at('config'),
        // One request at a time would do, but a page loads pictures.
        PHP_CLI_SERVER_WORKERS: '2',
      },
      stdio: 'ignore',
      // A group of its own: its workers would outlive it.
      detached: true,
    },
  )
  const metadataUrl = `${origin}/saml2/idp/metadata.php`
  await untilAnswers(server, metadataUrl)
  return {
    origin,
    metadataUrl,
    initiateUrl: (spEntityId) =>
      `${origin}/saml2/idp/SSOService.php?${new URLSearchParams({ spentityid: spEntityId }).toString()}`,
    register,
    async stop() {
      const { pid, exitCode, signalCode } = server
      if (pid !== undefined && exitCode === null && signalCode === null) {
        const ended = once(server, 'exit')
        process.kill(-pid)
        await ended
      }
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

function remoteOf(provider: ServiceProvider): Record<string, unknown> {
  const certData = provider.certificate.replaceAll(/-----.*-----|\s/g, '')
  return {
    AssertionConsumerService: provider.acsUrl,
    SingleLogoutService: provider.logoutUrl,
    certData,
    NameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    'validate.authnrequest': true,
    'validate.logout': true,
    'sign.logout': true,
    'assertion.encryption': provider.isEncrypted,
    'saml20.sign.response': true,
    'saml20.sign.assertion': true,
  }
}

/** Resolves when the address answers 200; rejects when the process ends before, or after two minutes. */
export async function untilAnswers(server: ChildProcess, url: string): Promise<void> {
  const end = Date.now() + 120_000
  let last = 'nothing'
  while (Date.now() < end) {
    if (server.exitCode !== null)
      throw new Error(`The identity provider ended: ${server.exitCode}.`)
    try {
      const response = await fetch(url)
      if (response.ok) return
      last = `${response.status}: ${(await response.text()).slice(0, 2_000)}`
    } catch (error) {
      last = String(error)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`The identity provider did not answer at ${url}: ${last}`)
}
