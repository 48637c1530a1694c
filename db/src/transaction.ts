import { setTimeout as delay } from 'node:timers/promises'

import { type RawBuilder, sql, type Transaction } from 'kysely'

import type { Actor } from './actor.ts'
import type { Database } from './database.ts'
import { isRetryable } from './postgres-errors.ts'
import type { Schema } from './schema/index.ts'
import type { ScopedTransaction, TransactionScope } from './scoped-transaction.ts'
import type { Statement } from './transaction-session.ts'

const maxRetries = 3

/** What a command receives: everything it may touch, and who asked for it. */
export interface WorkspaceTransaction {
  readonly query: Transaction<Schema>
  /**
   * The same, for statements that find rows by key or insert them: each is prepared once per connection, with one plan
   * for all values, which saves most of its time. Its text must not vary, and must name the columns it answers: another
   * replica may add one. Never for lists: a plan for all values may read a million rows for a page.
   */
  readonly prepared: Transaction<Schema>
  readonly workspaceId: string
  readonly actor: Actor
  /** The database's `now()` of this transaction, one clock for all replicas. */
  readonly now: Date
  /**
   * Sends a statement and goes on: its answer comes with the next one that is awaited, at the latest with the commit. If
   * it fails, so does the transaction, with what `explain` makes of the error. Statements run in the order of sending.
   * It is prepared, as those of `prepared`.
   */
  send(statement: Statement, explain?: (error: unknown) => unknown): void
  /**
   * Keeps an item until a statement is awaited, or the transaction ends; then the first `send` of a name gets all items of
   * it, also those of others who share the transaction, to send them with one statement. What is sent before that runs
   * before it.
   */
  gather<Item>(name: string, item: Item, send: (items: readonly Item[]) => void): void
  /** Waits for all that was sent, and throws what failed of it: for who must know which step it was. */
  settle(): Promise<void>
  /**
   * From now on short transactions of this process go before each of its round trips, for some milliseconds: for work
   * that keeps the database busy for long, so that who asks for little hardly waits for it.
   */
  giveWay(): void
  /** Ends that, and forbids it from now on: for who has a lock that keeps others out. */
  hurry(): void
  /**
   * What `name` stands for, as `make` has told this process before or tells now. A name must not come again for anything
   * else: not after a rollback, and not in another workspace.
   */
  remember<Value>(name: string, make: () => Promise<Value>): Promise<Value>
  /** What this work is to others that share the transaction; undefined where it has one of its own. */
  readonly shared: Sharing | undefined
}

/** A part in a transaction that others' work shares: no lock stands between them. */
export interface Sharing {
  /** Ends the part, which has not written anything: it runs again in a transaction of its own. */
  leave(): never
  /** Leaves where another part has named the same thing, which both would read and write. */
  claim(name: string): void
}

/** How a transaction begins. */
export interface TransactionOptions {
  /**
   * Saves a round trip: the first statements travel with the begin, and `now` is known only once one of them is answered.
   * For work that begins with a statement and looks at the time, if at all, later.
   */
  eager?: boolean
  /** The other replicas are not told that something was written: it is nothing that anybody waits for. */
  silent?: boolean
  /** It always writes something: the database need not be asked whether it did. */
  writes?: boolean
}

/**
 * The one way to write in a workspace. The work runs again after a serialization failure or a
 * deadlock, so it must have no effect outside its transaction and must not use `db` itself.
 * Once it is committed, and if it wrote, the other replicas are told, unless it is `silent`.
 */
export async function inWorkspace<T>(
  db: Database,
  workspaceId: string,
  actor: Actor,
  work: (trx: WorkspaceTransaction) => Promise<T>,
  { eager = false, silent = false, writes = false }: TransactionOptions = {},
): Promise<T> {
  const { result, wrote } = await withRetries(
    db,
    { workspaceId, access: 'read write', eager, asks: !silent && !writes },
    (transaction) => work(inside(transaction, workspaceId, actor)),
  )
  if (!silent && (wrote || writes)) db.signals.send(workspaceId)
  return result
}

/** Like `inWorkspace`, but PostgreSQL refuses every write (SQLSTATE 25006). */
export async function readInWorkspace<T>(
  db: Database,
  workspaceId: string,
  actor: Actor,
  work: (trx: WorkspaceTransaction) => Promise<T>,
  { eager = false }: TransactionOptions = {},
): Promise<T> {
  const { result } = await withRetries(
    db,
    { workspaceId, access: 'read only', eager, asks: false },
    (transaction) => work(inside(transaction, workspaceId, actor)),
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
    { workspaceId: undefined, access: 'read write', eager: false, asks: false },
    ({ query }) => work(query),
  )
  return result
}

/** A transaction as a command takes it. */
export function inside(
  transaction: ScopedTransaction,
  workspaceId: string,
  actor: Actor,
  shared?: Sharing,
): WorkspaceTransaction {
  return {
    get query() {
      return transaction.query
    },
    get prepared() {
      return transaction.prepared
    },
    workspaceId,
    actor,
    get now() {
      return transaction.now
    },
    send: (statement, explain) => transaction.send(statement, explain),
    gather: (name, item, send) => transaction.gather(name, item, send),
    settle: () => transaction.settle(),
    // Where a transaction is shared, the others would wait too.
    giveWay: () => (shared === undefined ? transaction.giveWay() : undefined),
    hurry: () => transaction.hurry(),
    remember: (name, make) => transaction.remember(name, make),
    shared,
  }
}

async function withRetries<T>(
  db: Database,
  scope: TransactionScope,
  work: (transaction: ScopedTransaction) => Promise<T>,
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

/**
 * Lets this transaction's commit not wait for the disk, so that others' commits need not wait for it either. For what may
 * be lost when the machine fails, and is then simply done again.
 */
export function commitWithoutWaiting(trx: WorkspaceTransaction): void {
  trx.send(sql`select set_config('synchronous_commit', 'off', true)`)
}

/** Comes after `for update` in a transaction that may be shared: there nobody waits for a row. */
export function skipIfShared({ shared }: WorkspaceTransaction): RawBuilder<unknown> {
  return shared === undefined ? sql`` : sql`skip locked`
}
