import { setTimeout as delay } from 'node:timers/promises'

import type { Transaction } from 'kysely'

import type { Actor } from './actor.ts'
import type { Database } from './database.ts'
import { isRetryable } from './postgres-errors.ts'
import type { Schema } from './schema/index.ts'
import type { TransactionScope } from './scoped-transaction.ts'

const maxRetries = 3

/** What a command receives: everything it may touch, and who asked for it. */
export interface WorkspaceTransaction {
  readonly query: Transaction<Schema>
  readonly workspaceId: string
  readonly actor: Actor
  /** The database's `now()` of this transaction, one clock for all replicas. */
  readonly now: Date
}

/**
 * The one way to write in a workspace. The work runs again after a serialization failure or a
 * deadlock, so it must have no effect outside its transaction and must not use `db` itself.
 * Once it is committed, and if it wrote, the other replicas are told.
 */
export async function inWorkspace<T>(
  db: Database,
  workspaceId: string,
  actor: Actor,
  work: (trx: WorkspaceTransaction) => Promise<T>,
): Promise<T> {
  const { result, wrote } = await withRetries(
    db,
    { workspaceId, access: 'read write' },
    (query, now) => work({ query, workspaceId, actor, now }),
  )
  if (wrote) db.signals.send(workspaceId)
  return result
}

/** Like `inWorkspace`, but PostgreSQL refuses every write (SQLSTATE 25006). */
export async function readInWorkspace<T>(
  db: Database,
  workspaceId: string,
  actor: Actor,
  work: (trx: WorkspaceTransaction) => Promise<T>,
): Promise<T> {
  const { result } = await withRetries(db, { workspaceId, access: 'read only' }, (query, now) =>
    work({ query, workspaceId, actor, now }),
  )
  return result
}

/** Queries over the tables without a workspace, within one transaction. */
export type InstallationTransaction = Transaction<Schema>

/** A transaction over the tables without a workspace; every workspace's rows are invisible in it. */
export async function inInstallation<T>(
  db: Database,
  work: (query: InstallationTransaction) => Promise<T>,
): Promise<T> {
  const { result } = await withRetries(
    db,
    { workspaceId: undefined, access: 'read write' },
    (query) => work(query),
  )
  return result
}

async function withRetries<T>(
  db: Database,
  scope: TransactionScope,
  work: (query: Transaction<Schema>, now: Date) => Promise<T>,
): Promise<{ result: T; wrote: boolean }> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await db.runTransaction(scope, work)
    } catch (error) {
      if (attempt === maxRetries || !isRetryable(error)) throw error
      // Spread out, or the same two transactions meet again.
      await delay(2 ** attempt * (5 + Math.random() * 10))
    }
  }
}
