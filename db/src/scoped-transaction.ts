import {
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type Transaction,
} from 'kysely'
import { escapeLiteral, type Pool, type PoolClient, type QueryResult } from 'pg'

import type { Schema } from './schema/index.ts'

/** What a transaction may see and do, fixed when it begins. */
export interface TransactionScope {
  /** Undefined sees no row of any workspace. */
  workspaceId: string | undefined
  access: 'read write' | 'read only'
}

/** Runs the work once, in one transaction, and says whether it wrote anything. */
export type TransactionRunner = <T>(
  scope: TransactionScope,
  work: (query: Transaction<Schema>, now: Date) => Promise<T>,
) => Promise<{ result: T; wrote: boolean }>

/**
 * Begins and ends a transaction in one round trip each: round trips, not the policies,
 * are what row level security costs.
 */
class ScopedDriver extends PostgresDriver {
  readonly #scope: TransactionScope
  #client: PoolClient | undefined
  now = new Date(0)
  wrote = false

  constructor(pool: Pool, scope: TransactionScope) {
    super({
      pool: {
        connect: async () => (this.#client = await pool.connect()),
        end: () => Promise.resolve(),
        options: pool.options,
      },
    })
    this.#scope = scope
  }

  override async beginTransaction(): Promise<void> {
    const { access, workspaceId } = this.#scope
    // Local to the transaction, so that a pooled connection never carries it to the next one.
    const context =
      workspaceId === undefined
        ? ''
        : `set_config('app.workspace_id', ${escapeLiteral(workspaceId)}, true), `
    const [, row] = await this.#runAll(`begin ${access}; select ${context}now() as now`)
    this.now = row?.['now'] as Date
  }

  override async commitTransaction(): Promise<void> {
    // In a transaction that an earlier error aborted the select fails, and the commit is not reached.
    const [row] = await this.#runAll(
      'select pg_current_xact_id_if_assigned() is not null as wrote; commit',
    )
    this.wrote = row?.['wrote'] === true
  }

  override async rollbackTransaction(
    ...[connection]: Parameters<PostgresDriver['rollbackTransaction']>
  ): Promise<void> {
    try {
      await super.rollbackTransaction(connection)
    } catch {
      // The connection is discarded, which rolls back too; what the caller must hear is the error before this one.
    }
  }

  async #runAll(statements: string): Promise<(Record<string, unknown> | undefined)[]> {
    const results: unknown = await this.#client?.query(statements)
    return (results as QueryResult<Record<string, unknown>>[]).map((result) => result.rows[0])
  }
}

/** Transactions over a pool whose connections already run as the application role. */
export function createTransactionRunner(pool: Pool): TransactionRunner {
  const adapter = new PostgresAdapter()
  const compiler = new PostgresQueryCompiler()
  return async (scope, work) => {
    const driver = new ScopedDriver(pool, scope)
    const database = new Kysely<Schema>({
      dialect: {
        createDriver: () => driver,
        createAdapter: () => adapter,
        createQueryCompiler: () => compiler,
        createIntrospector: (db) => new PostgresIntrospector(db),
      },
    })
    const result = await database.transaction().execute((query) => work(query, driver.now))
    return { result, wrote: driver.wrote }
  }
}
