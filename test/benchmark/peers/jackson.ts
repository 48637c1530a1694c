import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import type { ScimTarget } from '../../support/scim-client.ts'

/** What its server is told. */
export interface JacksonInput {
  /** A database of its own, empty at first. */
  databaseUrl: string
}

/** SAML Jackson (Ory Polis) as a SCIM server, in a process of its own. */
export interface JacksonServer {
  scim: ScimTarget
  stop(): void
}

const folder = fileURLToPath(new URL('.', import.meta.url))

/** Installs it, exactly as the lockfile in this folder says and without running any script of it. */
export async function installJackson(): Promise<void> {
  const order = ['install', '--ignore-workspace', '--frozen-lockfile', '--ignore-scripts']
  try {
    await promisify(execFile)('pnpm', order, { cwd: folder })
  } catch (error) {
    throw new Error('The other servers could not be installed: a package registry is needed.', {
      cause: error,
    })
  }
}

/** Starts it once it is installed. */
export async function startJackson(input: JacksonInput): Promise<JacksonServer> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./jackson-server.ts', import.meta.url)), JSON.stringify(input)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const scim = await Promise.race([
    once(child.stdout, 'data').then(([line]) => JSON.parse(String(line)) as ScimTarget),
    once(child, 'exit').then(() => {
      throw new Error('SAML Jackson did not start.')
    }),
  ])
  return { scim, stop: () => void child.kill() }
}
