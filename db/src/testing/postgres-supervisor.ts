/**
 * The process that keeps one PostgreSQL for all test processes of this checkout. Each of them holds
 * a connection to it; when the last is gone, however it ended, the server and its folder go too.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Client, escapeLiteral } from 'pg'

import { findPostgres } from './postgres-binaries.ts'
import { ownerRole, type SharedPostgres } from './shared-postgres.ts'

const lingerMs = 5_000

/** PostgreSQL refuses to run as root; 65534 is `nobody`. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  server.close()
  await once(server, 'close')
  return port
}

interface RunningPostgres {
  child: ChildProcess
  url: URL
}

async function startPostgres(scratch: string): Promise<RunningPostgres> {
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
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: await freePort(),
    fsync: 'off',
    full_page_writes: 'off',
    shared_buffers: '64MB',
    max_connections: 200,
  }
  const child = spawn(
    join(postgres.bin, 'postgres'),
    [
      '-D',
      data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { env, ...nobody, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await readiness(child)
  return {
    child,
    url: new URL(`postgres://postgres:${password}@127.0.0.1:${settings.port}/postgres`),
  }
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

async function supervise(stateFile: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'plantel-postgres-'))
  const { child, url } = await startPostgres(scratch)
  if (process.platform !== 'win32') startWatchdog(child, scratch)
  await createOwner(url)

  const token = randomBytes(16).toString('hex')
  let leases = 0
  let leaving: NodeJS.Timeout | undefined
  const server = createServer((lease) => {
    leases += 1
    clearTimeout(leaving)
    lease.on('error', () => {})
    lease.on('close', () => {
      leases -= 1
      if (leases === 0) leaveSoon()
    })
    lease.resume()
    lease.write(token)
  })

  function leave(): void {
    server.close()
    rmSync(stateFile, { force: true })
    if (process.platform !== 'win32') process.exit()
    child.once('exit', () => {
      rmSync(scratch, { recursive: true, force: true })
      process.exit()
    })
    child.kill()
  }

  function leaveSoon(): void {
    leaving = setTimeout(leave, lingerMs)
  }

  const state: SharedPostgres = { url: url.href, token, leasePort: await listen(server) }
  child.once('exit', () => leave())
  leaveSoon()
  writeFileSync(`${stateFile}.new`, JSON.stringify(state), { mode: 0o600 })
  renameSync(`${stateFile}.new`, stateFile)
  process.stdout.write('ready\n')
}

const [, , stateFile] = process.argv
if (stateFile === undefined) throw new Error('usage: postgres-supervisor <state file>')
await supervise(stateFile)
