import type { Connection, CustomTypesConfig, FieldDef, Submittable } from 'pg'

import { isStalePlan } from './postgres-errors.ts'

/** What a statement answered. */
export interface StatementResult {
  /** `SELECT`, `INSERT`, … */
  command: string
  rowCount: number
  rows: Record<string, unknown>[]
}

/** A statement that waits to be sent. */
export interface BatchedStatement {
  readonly text: string
  /** As PostgreSQL takes them. */
  readonly values: (string | Buffer | null)[]
  /** Under which it is prepared once per connection; undefined prepares it each time. */
  readonly name: string | undefined
  resolve(result: StatementResult): void
  reject(error: unknown): void
}

type Columns = readonly { name: string; parse: (text: string) => unknown }[]

/** What one connection has prepared, with the columns that each statement answers. */
export class PreparedStatements {
  readonly #columns = new Map<string, Columns>()
  /** Prepared or not: something failed while they were. */
  readonly #uncertain = new Set<string>()

  columnsOf(name: string): Columns | undefined {
    return this.#columns.get(name)
  }

  isUncertain(name: string): boolean {
    return this.#uncertain.has(name)
  }

  add(name: string, columns: Columns): void {
    this.#columns.set(name, columns)
    this.#uncertain.delete(name)
  }

  doubt(name: string): void {
    if (!this.#columns.has(name)) this.#uncertain.add(name)
  }

  /** The tables are others than when it was prepared: all of it is prepared anew. */
  forget(): void {
    for (const name of this.#columns.keys()) this.#uncertain.add(name)
    this.#columns.clear()
  }
}

/**
 * Statements that go to PostgreSQL together and whose answers come together: one round trip for all of them (the
 * extended protocol with a single Sync). The first that fails fails all that come after it, which are not run.
 */
export class StatementBatch implements Submittable {
  readonly #statements: readonly BatchedStatement[]
  readonly #prepared: PreparedStatements
  readonly #types: CustomTypesConfig
  readonly #onEnd: () => void
  readonly #results: StatementResult[] = []
  #unwritten: { readonly error: unknown } | undefined
  #columns: Columns | undefined
  #rows: Record<string, unknown>[] = []

  /** `onEnd` is called when every statement is answered or has failed. */
  constructor(
    statements: readonly BatchedStatement[],
    prepared: PreparedStatements,
    types: CustomTypesConfig,
    onEnd: () => void,
  ) {
    this.#statements = statements
    this.#prepared = prepared
    this.#types = types
    this.#onEnd = onEnd
  }

  submit(connection: Connection): void {
    connection.stream.cork()
    try {
      this.#write(connection)
    } catch (error) {
      // What nobody has bound fails, and with it the transaction: else the half that is written could be committed.
      this.#unwritten = { error }
      connection.execute({ portal: 'unwritten' }, true)
    }
    connection.sync()
    connection.stream.uncork()
  }

  #write(connection: Connection): void {
    const parsed = new Set<string>()
    for (const { text, values, name } of this.#statements) {
      const isKnown = name !== undefined && this.#prepared.columnsOf(name) !== undefined
      if (!isKnown && (name === undefined || !parsed.has(name))) {
        if (name !== undefined && this.#prepared.isUncertain(name)) {
          connection.close({ type: 'S', name }, true)
        }
        connection.parse({ text, name: name ?? '', types: [] }, true)
        if (name !== undefined) parsed.add(name)
      }
      connection.bind({ statement: name ?? '', values }, true)
      if (!isKnown) connection.describe({ type: 'P', name: '' }, true)
      connection.execute({}, true)
    }
  }

  handleRowDescription({ fields }: { fields: readonly FieldDef[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: this.#types.getTypeParser(dataTypeID, 'text'),
    }))
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const columns = (this.#columns ??= this.#knownColumns())
    const row: Record<string, unknown> = {}
    for (let index = 0; index < columns.length; index += 1) {
      const column = columns[index]
      const text = fields[index]
      if (column !== undefined) row[column.name] = text == null ? null : column.parse(text)
    }
    this.#rows.push(row)
  }

  handleCommandComplete({ text }: { text: string }): void {
    const words = text.split(' ')
    this.#finish({
      command: words[0] ?? '',
      rowCount: Number(words.at(-1)) || 0,
      rows: this.#rows,
    })
  }

  handleEmptyQuery(): void {
    this.#finish({ command: '', rowCount: 0, rows: [] })
  }

  handleReadyForQuery(): void {
    for (const [index, statement] of this.#statements.entries()) {
      const result = this.#results[index]
      if (result !== undefined) statement.resolve(result)
    }
    this.#onEnd()
  }

  /** Also called when the connection is lost; the answers until then were given. */
  handleError(error: unknown): void {
    if (isStalePlan(error)) this.#prepared.forget()
    for (const [index, statement] of this.#statements.entries()) {
      const result = this.#results[index]
      if (result !== undefined) statement.resolve(result)
      else {
        if (statement.name !== undefined) this.#prepared.doubt(statement.name)
        statement.reject(this.#unwritten === undefined ? error : this.#unwritten.error)
      }
    }
    this.#onEnd()
  }

  handleCopyInResponse(connection: Connection): void {
    connection.emit('error', new Error('COPY is not for transactions.'))
  }

  #knownColumns(): Columns {
    const name = this.#statements[this.#results.length]?.name
    return (name === undefined ? undefined : this.#prepared.columnsOf(name)) ?? []
  }

  #finish(result: StatementResult): void {
    const name = this.#statements[this.#results.length]?.name
    if (name !== undefined) this.#prepared.add(name, this.#columns ?? this.#knownColumns())
    this.#results.push(result)
    this.#columns = undefined
    this.#rows = []
  }
}
