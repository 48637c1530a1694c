import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

import { DatabaseOpenError } from './database.ts'
import { errorCode } from './postgres-errors.ts'

/** The hold of this process on a data folder. */
export interface FolderLock {
  release(): void
}

/**
 * Makes sure that one process at a time works in a folder: PGlite itself would let two of them
 * overwrite each other. The operating system releases the lock when the process dies, however it dies.
 */
export function lockFolder(folder: string): FolderLock {
  const { DatabaseSync } = loadSqlite()
  let lock: DatabaseSync | undefined
  try {
    mkdirSync(folder, { recursive: true })
    lock = new DatabaseSync(join(folder, 'lock'))
    lock.exec('pragma busy_timeout = 0; pragma locking_mode = exclusive; begin exclusive')
  } catch (error) {
    lock?.close()
    throw explain(error, folder)
  }
  const held = lock
  return { release: () => held.close() }
}

/** SQLITE_BUSY and SQLITE_LOCKED (sqlite.org/rescode.html). */
const busy: ReadonlySet<unknown> = new Set([5, 6])

function explain(error: unknown, folder: string): unknown {
  const cause = { cause: error }
  const sqliteCode: unknown = error instanceof Error ? Reflect.get(error, 'errcode') : undefined
  if (busy.has(sqliteCode)) {
    return new DatabaseOpenError(
      'folder-in-use',
      `Another process works in the data folder ${folder}: stop it, or give this one its own folder.`,
      cause,
    )
  }
  return new DatabaseOpenError(
    'folder-not-writable',
    `The data folder ${folder} can't be written (${describe(error)}): give a folder that this user may create and write.`,
    cause,
  )
}

function describe(error: unknown): string {
  const code = errorCode(error)
  if (code !== undefined && code !== 'ERR_SQLITE_ERROR') return code
  return error instanceof Error ? error.message : String(error)
}

/** Loads SQLite without its "experimental" warning: nothing is stored in it, and a start should be quiet. */
function loadSqlite(): typeof import('node:sqlite') {
  const emitWarning: unknown = Reflect.get(process, 'emitWarning')
  try {
    process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
      if (!String(warning).startsWith('SQLite is an experimental feature')) {
        Reflect.apply(emitWarning as () => void, process, [warning, ...rest])
      }
    }
    return process.getBuiltinModule('node:sqlite')
  } finally {
    Reflect.set(process, 'emitWarning', emitWarning)
  }
}
