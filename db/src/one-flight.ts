import type { CompiledQuery } from 'kysely'
import { type Pool, Query, type QueryConfig } from 'pg'

/** Reads rows of one workspace with one statement and one round trip. */
export type FlightReader = <Row>(
  workspaceId: string,
  statement: CompiledQuery<Row>,
) => Promise<Row[]>

/** One transaction of one statement over a pool whose connections already run as the application role. */
export function createFlightReader(pool: Pool): FlightReader {
  return async <Row>(workspaceId: string, { sql, parameters }: CompiledQuery<Row>) => {
    const client = await pool.connect()
    try {
      return await new Promise<Row[]>((resolve, reject) => {
        client.query(
          new ScopedQuery(
            workspaceId,
            { text: sql, values: [...parameters] },
            (error: Error | undefined, result: { rows: unknown[] }) =>
              error == null ? resolve(result.rows as Row[]) : reject(error),
          ),
        )
      })
    } finally {
      // One whose connection is gone is thrown away by the pool.
      client.release()
    }
  }
}

/** What a query says to the server: messages of the extended protocol. */
interface Wire {
  stream: { cork: () => void; uncork: () => void }
  parse: (message: { text: string }) => void
  bind: (message: { values: readonly string[] }) => void
  execute: (message: object) => void
}

/** How `pg` hands a query what the server answers; its types leave that out. */
interface Handlers {
  submit: (this: Query, wire: Wire) => unknown
  handleDataRow: (this: Query, message: unknown) => void
  handleCommandComplete: (this: Query, message: unknown, wire: Wire) => void
}

const inherited = Query.prototype as unknown as Handlers

/**
 * A statement with the workspace set before it. Both are sent before the server is asked to synchronise: so they are one
 * transaction, in which the setting is local, and the next one on this connection finds none. PostgreSQL 18 §54.2.3.
 */
class ScopedQuery extends Query {
  readonly #workspaceId: string
  #isScoped = false

  constructor(
    workspaceId: string,
    config: QueryConfig,
    callback: (error: Error | undefined, result: { rows: unknown[] }) => void,
  ) {
    // A statement without parameters would be sent by the simple protocol, which ends the transaction.
    super({ ...config, queryMode: 'extended' } as QueryConfig, callback)
    this.#workspaceId = workspaceId
  }

  override submit = (connection: unknown): void => {
    const wire = connection as Wire
    wire.stream.cork()
    wire.parse({ text: `select set_config('app.workspace_id', $1, true)` })
    wire.bind({ values: [this.#workspaceId] })
    wire.execute({})
    inherited.submit.call(this, wire)
    wire.stream.uncork()
  }

  handleDataRow(message: unknown): void {
    if (this.#isScoped) inherited.handleDataRow.call(this, message)
  }

  handleCommandComplete(message: unknown, wire: Wire): void {
    if (this.#isScoped) inherited.handleCommandComplete.call(this, message, wire)
    this.#isScoped = true
  }
}
