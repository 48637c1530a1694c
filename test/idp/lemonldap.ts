import { execFileSync, spawn } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createCertifiedKey } from '../../idp-bridge/src/saml/self-signed-certificate.ts'
import { findFreePort } from '../support/plantel-process.ts'
import { untilAnswers } from './simplesamlphp.ts'

const portal = '/usr/share/lemonldap-ng/portal'

/** Whether Debian's `lemonldap-ng` and `starman` are here. */
export const hasLemonLdap: boolean = existsSync(`${portal}/templates`) && hasStarman()

function hasStarman(): boolean {
  try {
    execFileSync('perl', ['-MStarman', '-MLemonldap::NG::Portal', '-MLasso', '-e', '1'], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}

/** What an administrator enters of Plantel at this identity provider. */
export interface Applications {
  /** Our SAML metadata, as XML. */
  samlMetadata?: string
  oidc?: { clientId: string; clientSecret: string; redirectUri: string }
}

/** A LemonLDAP::NG of its own, by starman. Its people are `dwho`, `rtyler` and `msmith`, by their names as passwords. */
export interface LemonLdap {
  origin: string
  /** Starts anew with these applications. */
  configure: (applications: Applications) => Promise<void>
  stop: () => Promise<void>
}

export async function startLemonLdap(): Promise<LemonLdap> {
  const folder = await mkdtemp(join(tmpdir(), 'plantel-lemonldap-'))
  const port = await findFreePort()
  const origin = `http://127.0.0.1:${port}`
  const at = (...path: string[]): string => join(folder, ...path)
  for (const name of ['conf', 'sessions', 'psessions', 'cache', 'notifications']) {
    await mkdir(at(name, 'lock'), { recursive: true })
  }
  const key = await createCertifiedKey('lemonldap')
  const publicKey = createPublicKey(key.privateKey).export({ type: 'spki', format: 'pem' })
  await writeFile(at('lemonldap-ng.ini'), settings(at))
  await writeFile(at('app.psgi'), application(at('lemonldap-ng.ini')))

  const files = (name: string): Record<string, string> => ({
    Directory: at(name),
    LockDirectory: at(name, 'lock'),
    generateModule: 'Lemonldap::NG::Common::Apache::Session::Generate::SHA256',
  })
  const configuration = ({ samlMetadata, oidc }: Applications): Record<string, unknown> => ({
    cfgNum: 1,
    cfgVersion: '2.16.1',
    cfgAuthor: 'tests',
    cfgDate: '1',
    portal: `${origin}/`,
    domain: '127.0.0.1',
    authentication: 'Demo',
    userDB: 'Same',
    passwordDB: 'Demo',
    registerDB: 'Demo',
    demoExportedVars: { cn: 'cn', mail: 'mail', uid: 'uid' },
    exportedVars: {},
    groups: {},
    macros: { _whatToTrace: '$uid' },
    whatToTrace: '_whatToTrace',
    cookieName: 'lemonldap',
    securedCookie: 0,
    // Otherwise None, which browsers take by https only.
    sameSite: 'Lax',
    timeout: 72_000,
    globalStorage: 'Apache::Session::File',
    globalStorageOptions: files('sessions'),
    persistentStorage: 'Apache::Session::File',
    persistentStorageOptions: files('psessions'),
    localSessionStorage: '',
    notification: 0,
    portalSkin: 'bootstrap',
    portalCheckLogins: 0,
    locationRules: {},
    exportedHeaders: {},
    // Whom the form's answer leads to is the service provider.
    cspFormAction: '*',
    issuerDBSAMLActivation: 1,
    samlEntityID: '#PORTAL#/saml/metadata',
    samlServicePrivateKeySig: key.privateKey,
    samlServicePublicKeySig: key.certificate,
    samlServiceSignatureMethod: 'RSA_SHA256',
    samlServiceUseCertificateInResponse: 1,
    issuerDBOpenIDConnectActivation: 1,
    oidcServiceMetaDataIssuer: origin,
    oidcServicePrivateKeySig: key.privateKey,
    oidcServicePublicKeySig: publicKey,
    oidcServiceKeyIdSig: 'key-of-the-company',
    oidcServiceAllowAuthorizationCodeFlow: 1,
    ...(samlMetadata === undefined
      ? {}
      : {
          samlSPMetaDataXML: { plantel: { samlSPMetaDataXML: samlMetadata } },
          samlSPMetaDataExportedAttributes: { plantel: { uid: '1;uid;;', mail: '1;mail;;' } },
          samlSPMetaDataOptions: {
            plantel: {
              samlSPMetaDataOptionsCheckSSOMessageSignature: 1,
              samlSPMetaDataOptionsSignSSOMessage: 1,
              samlSPMetaDataOptionsEncryptionMode: 'none',
              samlSPMetaDataOptionsNameIDFormat: 'email',
            },
          },
        }),
    ...(oidc === undefined
      ? {}
      : {
          oidcRPMetaDataExportedVars: { plantel: { email: 'mail', name: 'cn' } },
          oidcRPMetaDataOptions: {
            plantel: {
              oidcRPMetaDataOptionsClientID: oidc.clientId,
              oidcRPMetaDataOptionsClientSecret: oidc.clientSecret,
              oidcRPMetaDataOptionsRedirectUris: oidc.redirectUri,
              oidcRPMetaDataOptionsIDTokenSignAlg: 'RS256',
              oidcRPMetaDataOptionsBypassConsent: 1,
              oidcRPMetaDataOptionsUserIDAttr: 'uid',
              oidcRPMetaDataOptionsIDTokenForceClaims: 1,
            },
          },
        }),
  })

  let server: ReturnType<typeof spawn> | undefined
  async function end(): Promise<void> {
    const running = server
    if (running === undefined || running.exitCode !== null) return
    await new Promise<void>((resolve) => {
      running.once('exit', () => resolve())
      running.kill('SIGTERM')
    })
  }

  async function configure(applications: Applications): Promise<void> {
    await end()
    await writeFile(at('conf', 'lmConf-1.json'), JSON.stringify(configuration(applications)))
    server = spawn('starman', ['--listen', `127.0.0.1:${port}`, '--workers', '3', at('app.psgi')], {
      stdio: process.env['DEBUG_IDP'] === undefined ? 'ignore' : 'inherit',
    })
    await untilAnswers(server, `${origin}/saml/metadata`)
  }

  await configure({})
  return {
    origin,
    configure,
    async stop() {
      await end()
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

function settings(at: (...path: string[]) => string): string {
  return `[all]
logLevel = warn
[configuration]
type = File
dirName = ${at('conf')}
localStorage = Cache::FileCache
localStorageOptions = { 'namespace' => 'plantel-tests', 'default_expires_in' => 1, 'directory_umask' => '007', 'cache_root' => '${at('cache')}', 'cache_depth' => 3 }
[portal]
staticPrefix = /static
templateDir = ${portal}/templates
languages = en
`
}

/** Cookies without a domain: 127.0.0.1 has none. */
function application(ini: string): string {
  return `BEGIN { $ENV{LLNG_DEFAULTCONFFILE} = '${ini}'; }
use Plack::Builder;
use Plack::Util;
use Lemonldap::NG::Portal;
my $portal = Lemonldap::NG::Portal->run({});
builder {
  enable sub {
    my $app = shift;
    sub {
      Plack::Util::response_cb($app->(@_), sub {
        my $headers = $_[0]->[1];
        for (my $i = 0; $i < @$headers; $i += 2) {
          $headers->[$i + 1] =~ s/domain=[^;]*; ?//i if lc $headers->[$i] eq 'set-cookie';
        }
      });
    };
  };
  enable 'Plack::Middleware::Static', path => qr{^/static/}, root => '${portal}/htdocs/';
  $portal;
};
`
}
