import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { DatabaseOpenError } from '../database.ts'
import { type FolderLock, lockFolder } from '../folder-lock.ts'
import { cacheFolder } from './cache-folder.ts'

/** The login role of test databases: their owner, not a superuser, with CREATEROLE. */
export const ownerRole = 'plantel_owner'

/** What the supervisor tells the test processes. */
export interface SharedPostgres {
  /** As the superuser. */
  url: string
  /** Where a process says that it needs the server, by staying connected. */
  leasePort: number
  /** Sent on that connection: another program may have the port by now. */
  token: string
}

let leased: Promise<string> | undefined

/** The superuser's URL of the one test server of this checkout, which lives as long as a process needs it. */
export function sharedPostgresUrl(): Promise<string> {
  return (leased ??= leaseOrStart())
}

async function leaseOrStart(): Promise<string> {
  const folder = cacheFolder('postgres')
  const stateFile = join(folder, 'server.json')
  for (;;) {
    const url = await lease(stateFile)
    if (url !== undefined) return url
    const lock = tryLock(folder)
    if (lock === undefined) {
      await delay(50)
      continue
    }
    try {
      // Somebody else may have started it between the two looks.
      const other = await lease(stateFile)
      if (other !== undefined) return other
      await startSupervisor(stateFile)
    } finally {
      lock.release()
    }
  }
}

function tryLock(folder: string): FolderLock | undefined {
  try {
    return lockFolder(folder)
  } catch (error) {
    if (error instanceof DatabaseOpenError && error.code === 'folder-in-use') return undefined
    throw error
  }
}

async function lease(stateFile: string): Promise<string | undefined> {
  const state = readState(stateFile)
  if (state === undefined) return undefined
  const socket = connect(state.leasePort, '127.0.0.1')
  const granted = await isGranted(socket, state.token)
  if (!granted) {
    socket.destroy()
    return undefined
  }
  // Held until this process ends, but never the reason that it doesn't.
  socket.on('error', () => {})
  socket.unref()
  return state.url
}

function readState(stateFile: string): SharedPostgres | undefined {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8')) as SharedPostgres
  } catch {
    return undefined
  }
}

function isGranted(socket: Socket, token: string): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('data', (chunk) => resolve(chunk.toString() === token))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
}

async function startSupervisor(stateFile: string): Promise<void> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const program = fileURLToPath(new URL(`./postgres-supervisor.${extension}`, import.meta.url))
  const child = spawn(process.execPath, [program, stateFile], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const started = await Promise.race([
    once(child.stdout, 'data').then(() => true),
    once(child, 'close').then(() => false),
  ])
  if (!started) throw new Error(`The test PostgreSQL did not start.\n${errors}`)
  child.stdout.destroy()
  child.stderr.destroy()
  child.unref()
}
