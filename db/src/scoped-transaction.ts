import type { Transaction } from 'kysely'
import type { Pool, PoolClient } from 'pg'

import { createMemory, type Memory } from './memory.ts'
import type { RightOfWay } from './right-of-way.ts'
import type { Schema } from './schema/index.ts'
import { PreparedStatements, type StatementResult } from './statement-batch.ts'
import {
  type BoundStatement,
  createStatementNames,
  type LeadingStatement,
  type Statement,
  TransactionSession,
} from './transaction-session.ts'

/** What a transaction may see and do, fixed when it begins. */
export interface TransactionScope {
  /** Undefined sees no row of any workspace. */
  workspaceId: string | undefined
  access: 'read write' | 'read only'
  /**
   * Whether the work begins at once, and its first statements travel with the begin. Of a reading one, each batch of
   * statements is a transaction of its own: nothing is begun, and nothing ended.
   */
  eager: boolean
  /** False where nobody wants to know whether anything was written: the database is not asked at the end. */
  asks?: boolean
}

/** An open transaction. */
export interface ScopedTransaction {
  readonly query: Transaction<Schema>
  readonly prepared: Transaction<Schema>
  /** The database's `now()`; in an eager transaction it is known once a statement is answered. */
  readonly now: Date
  /** Sends a statement that nobody waits for: if it fails, the transaction does, with what `explain` makes of the error. */
  send(statement: Statement, explain?: (error: unknown) => unknown): void
  /** Keeps an item until a statement is awaited, or the end comes; then the first `send` of a name gets all of them. */
  gather<Item>(name: string, item: Item, send: (items: readonly Item[]) => void): void
  /** Waits for all that was sent, and throws what failed of it. */
  settle(): Promise<void>
  /** From now on the others' short transactions go before each of its round trips. */
  giveWay(): void
  /** From now on it waits for nobody, whatever was said before and is said later. */
  hurry(): void
  /** What `name` stands for, for ever; made where this process does not know it. */
  remember<Value>(name: string, make: () => Promise<Value>): Promise<Value>
}

type Work<T> = (transaction: ScopedTransaction) => Promise<T>

/** Runs the work once, in one transaction, and says whether it is known to have written anything. */
export type TransactionRunner = <T>(
  scope: TransactionScope,
  work: Work<T>,
) => Promise<{ result: T; wrote: boolean }>

/** Transactions over a pool whose connections already run as the application role. */
export function createTransactionRunner(pool: Pool, way: RightOfWay): TransactionRunner {
  const names = createStatementNames()
  const preparedBy = new WeakMap<PoolClient, PreparedStatements>()
  const memory = createMemory()

  return async (scope, work) => {
    const client = await pool.connect()
    const prepared = preparedBy.get(client) ?? new PreparedStatements()
    preparedBy.set(client, prepared)
    // Who waits for a connection goes before nobody: those who have one would wait for them.
    const passage = way.enter()
    const openSession = (leading: readonly LeadingStatement[]): OpenSession => ({
      client,
      memory,
      session: new TransactionSession(client, prepared, names, leading, passage),
    })
    try {
      return await (scope.eager && scope.access === 'read only'
        ? runInBatches(openSession, scope, work)
        : runWhole(openSession([]), scope, work))
    } finally {
      passage.leave()
    }
  }
}

interface OpenSession {
  readonly client: PoolClient
  readonly memory: Memory
  readonly session: TransactionSession
}

async function runWhole<T>(
  { client, session, memory }: OpenSession,
  scope: TransactionScope,
  work: Work<T>,
): Promise<{ result: T; wrote: boolean }> {
  let now: Date | undefined
  let isClean = false
  // Should it fail, nothing that travels with it is run.
  const begun = Promise.all([
    session.runPrepared({ text: `begin ${scope.access}`, parameters: [] }),
    session.runPrepared(contextOf(scope)).then((result) => (now = timeOf(result))),
  ])
  begun.catch(() => {})
  try {
    if (!scope.eager) await begun
    const result = await work(opened(session, memory, () => now))
    const wrote = await commit(session, scope.asks ?? true)
    isClean = true
    return { result, wrote }
  } catch (error) {
    isClean = await rollBack(session)
    throw causeOf(session, error)
  } finally {
    // A connection that could not roll back is thrown away, which rolls back too.
    client.release(!isClean)
  }
}

/** What travels together is a transaction by itself: nothing is begun, and nothing ended. */
async function runInBatches<T>(
  openSession: (leading: readonly LeadingStatement[]) => OpenSession,
  scope: TransactionScope,
  work: Work<T>,
): Promise<{ result: T; wrote: boolean }> {
  let now: Date | undefined
  const { client, session, memory } = openSession([
    { ...contextOf(scope), heard: (result) => (now ??= timeOf(result)) },
  ])
  try {
    const result = await work(opened(session, memory, () => now))
    session.close()
    await session.settle()
    return { result, wrote: false }
  } catch (error) {
    session.close()
    await session.settle().catch(() => {})
    throw causeOf(session, error)
  } finally {
    client.release()
  }
}

function opened(
  session: TransactionSession,
  memory: Memory,
  clock: () => Date | undefined,
): ScopedTransaction {
  return {
    get query() {
      return session.query
    },
    get prepared() {
      return session.prepared
    },
    get now() {
      const now = clock()
      if (now === undefined) throw new Error('The time is not known before the first answer.')
      return now
    },
    send: (statement, explain = (error) => error) => session.send(statement, explain),
    gather: (name, item, send) => session.gather(name, item, send),
    settle: () => session.settle(),
    giveWay: () => session.giveWay(),
    hurry: () => session.hurry(),
    remember: memory,
  }
}

/** Local to the transaction, so that a pooled connection never carries it to the next one. */
function contextOf({ access, workspaceId }: TransactionScope): BoundStatement {
  const readOnly = access === 'read only' ? `, set_config('transaction_read_only', 'on', true)` : ''
  return workspaceId === undefined
    ? { text: `select now() as now${readOnly}`, parameters: [] }
    : {
        text: `select set_config('app.workspace_id', $1, true), now() as now${readOnly}`,
        parameters: [workspaceId],
      }
}

function timeOf({ rows }: StatementResult): Date {
  return rows[0]?.['now'] as Date
}

/** Says whether anything was written, if it asks. */
async function commit(session: TransactionSession, asks: boolean): Promise<boolean> {
  session.sendGathered()
  if (!asks) {
    const [committed] = await session.finish(['commit'])
    // An error that somebody caught: what came before it is undone, and must not pass for done.
    if (committed?.command === 'ROLLBACK') throw failedBefore()
    return false
  }
  // In a transaction that an earlier error aborted the select fails, and the commit is not reached.
  const [asked] = await session.finish([
    'select pg_current_xact_id_if_assigned() is not null as wrote',
    'commit',
  ])
  return asked?.rows[0]?.['wrote'] === true
}

/** As the database says it of whatever comes after a statement that failed. */
function failedBefore(): Error {
  return Object.assign(new Error('The transaction had failed before its end.'), { code: '25P02' })
}

async function rollBack(session: TransactionSession): Promise<boolean> {
  try {
    await session.finish(['rollback'])
    return true
  } catch {
    return false
  }
}

/** What failed after a statement that nobody waited for only failed because of it. */
function causeOf({ failure }: TransactionSession, error: unknown): unknown {
  return failure === undefined ? error : failure.error
}
