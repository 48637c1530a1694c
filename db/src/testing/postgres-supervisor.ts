/**
 * The process that keeps one PostgreSQL for all test processes of this checkout. Each of them holds
 * a connection to it; when the last is gone, however it ended, the server and its folder go too.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { SharedPostgres } from './shared-postgres.ts'
import { startPostgres } from './start-postgres.ts'

const lingerMs = 5_000

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function supervise(stateFile: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'plantel-postgres-'))
  const { child, url } = await startPostgres(scratch, {
    fsync: 'off',
    full_page_writes: 'off',
    shared_buffers: '64MB',
    max_connections: 200,
  })

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
