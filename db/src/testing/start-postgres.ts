import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { Client, escapeLiteral } from 'pg'

import { findFreePort } from './free-port.ts'
import { findPostgres } from './postgres-binaries.ts'
import { ownerRole } from './shared-postgres.ts'

/** PostgreSQL refuses to run as root; 65534 is `nobody`. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

/** A PostgreSQL of ours that runs until its process is ended. */
export interface PostgresServer {
  child: ChildProcess
  /** As the superuser; the role that owns test databases has the same password. */
  url: URL
}

/**
 * Starts an installed PostgreSQL with its data below `scratch`, an empty folder, and these settings. When this process
 * ends, however it does, the server and the folder go too (on Windows only the server, if it is ended first).
 */
export async function startPostgres(
  scratch: string,
  settings: Readonly<Record<string, string | number>>,
): Promise<PostgresServer> {
  const postgres = findPostgres()
  if (postgres === undefined) throw new Error('no PostgreSQL was found')
  chmodSync(scratch, 0o755)
  const data = join(scratch, 'data')
  mkdirSync(data, { mode: 0o700 })
  const password = randomBytes(16).toString('hex')
  const passwordFile = join(scratch, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (nobody.uid !== undefined) {
    chownSync(data, nobody.uid, nobody.gid)
    chownSync(passwordFile, nobody.uid, nobody.gid)
  }
  const env = { PATH: process.env['PATH'], ...postgres.environment(scratch) }
  const initdb = '--auth=scram-sha-256 --no-sync --locale=C --encoding=UTF8 -U postgres'
  execFileSync(
    join(postgres.bin, 'initdb'),
    [...initdb.split(' '), `--pwfile=${passwordFile}`, '-D', data],
    { env, ...nobody, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const port = await findFreePort()
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', port, ...settings }
  const child = spawn(
    join(postgres.bin, 'postgres'),
    ['-D', data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { env, ...nobody, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  if (process.platform !== 'win32') startWatchdog(child, scratch)
  await readiness(child)
  const url = new URL(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`)
  await createOwner(url)
  return { child, url }
}

function readiness(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-10_000)
      if (log.includes('ready to accept connections')) resolve()
    })
    child.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${log}`)))
  })
}

/** Ends PostgreSQL also when this process is killed: the pipe closes, and the shell goes on. */
function startWatchdog(child: ChildProcess, scratch: string): void {
  const script =
    'cat > /dev/null; kill -INT "$1"; while kill -0 "$1"; do sleep 0.1; done; rm -rf "$2"'
  spawn('sh', ['-c', script, 'watchdog', String(child.pid), scratch], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  }).unref()
}

/** Tests run as production does: not as a superuser, but as an owner who may create a role. */
async function createOwner(url: URL): Promise<void> {
  const client = new Client({ connectionString: url.href })
  await client.connect()
  await client.query(
    `create role ${ownerRole} login createrole password ${escapeLiteral(url.password)}`,
  )
  await client.end()
}
