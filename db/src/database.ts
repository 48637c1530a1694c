import type { Kysely } from 'kysely'

import type { RunInBackground } from './background.ts'
import type { Schema } from './schema/index.ts'
import type { TransactionRunner } from './scoped-transaction.ts'
import type { Signals } from './signal.ts'

/** Where the data lives: a PostgreSQL server, or PGlite embedded in this process. */
export type DatabaseOptions =
  | {
      engine: 'postgres'
      /** `postgres://user:password@host:port/database`, a direct connection (no transaction pooler). */
      url: string
      maxConnections?: number
      statementTimeoutMs?: number
    }
  | {
      engine: 'pglite'
      /** Created with its parents when missing; undefined keeps everything in memory. */
      folder: string | undefined
      queryTimeoutMs?: number
    }

/** An open, migrated database; tables of a workspace are reached through `inWorkspace` only. */
export interface Database {
  readonly engine: 'postgres' | 'pglite'
  /** For tables without a workspace and for the look-up functions; runs as `plantel_app`. */
  readonly query: Kysely<Schema>
  readonly signals: Signals
  /** What `inWorkspace`, `readInWorkspace` and `inInstallation` stand on; nothing else calls it. */
  readonly runTransaction: TransactionRunner
  /** For what is done a piece at a time beside those who wait for an answer, within this process. */
  readonly inBackground: RunInBackground
  /** Resolves when a round trip succeeds, and rejects when the database can't answer. */
  ping(): Promise<void>
  /** Waits for what is running, then gives connections, worker and folder back. */
  close(): Promise<void>
}

/** Why a database could not be opened. */
export type DatabaseOpenErrorCode =
  | 'folder-in-use'
  | 'folder-not-writable'
  | 'unreachable'
  | 'authentication'
  | 'invalid-url'
  | 'unsafe-role'
  | 'missing-privilege'
  | 'unsupported-version'
  | 'migration-failed'

/** A refusal to open; the message is one sentence that says what to do and never holds a password. */
export class DatabaseOpenError extends Error {
  readonly code: DatabaseOpenErrorCode

  constructor(code: DatabaseOpenErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DatabaseOpenError'
    this.code = code
  }
}
