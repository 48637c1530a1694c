import {
  type CompiledQuery,
  DefaultQueryExecutor,
  DummyDriver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryExecutorProvider,
  type QueryResult,
  Transaction,
} from 'kysely'
import type { PoolClient } from 'pg'
import utils from 'pg/lib/utils.js'

import type { Passage } from './right-of-way.ts'
import type { Schema } from './schema/index.ts'
import {
  type BatchedStatement,
  type PreparedStatements,
  StatementBatch,
  type StatementResult,
} from './statement-batch.ts'

const dialect = {
  createDriver: (): DummyDriver => new DummyDriver(),
  createAdapter: (): PostgresAdapter => new PostgresAdapter(),
  createQueryCompiler: (): PostgresQueryCompiler => new PostgresQueryCompiler(),
  createIntrospector: (db: Kysely<unknown>): PostgresIntrospector => new PostgresIntrospector(db),
}
const config = { dialect }
const driver = new DummyDriver()

/** A built query or raw SQL. */
export interface Statement {
  compile(executor: QueryExecutorProvider): CompiledQuery
}

const writes: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

type Execute = <Row>(query: CompiledQuery) => Promise<QueryResult<Row>>

const compiler = new PostgresQueryCompiler()
const adapter = new PostgresAdapter()

/** Hands what is compiled straight to its transaction: there is no connection to be waited for and nothing to transform. */
class SessionExecutor extends DefaultQueryExecutor {
  readonly #execute: Execute

  constructor(execute: Execute) {
    super(compiler, adapter, {
      provideConnection: (consumer) => consumer({ executeQuery: execute, streamQuery }),
    })
    this.#execute = execute
  }

  override executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return this.#execute(query)
  }
}

function streamQuery(): never {
  throw new Error('A transaction reads in pages: a cursor would keep others waiting.')
}

function transactionOver(execute: Execute): Transaction<Schema> {
  return new Transaction<Schema>({
    config,
    driver,
    dialect,
    executor: new SessionExecutor(execute),
  })
}

/** The protocol counts them with 16 bits. */
const maxParameters = 65_535

/** Throws for a value that can not be written, or for too many: before anything of the statement is sent. */
function toValues(parameters: readonly unknown[]): BatchedStatement['values'] {
  if (parameters.length > maxParameters) {
    throw new Error(`A statement takes at most ${maxParameters} parameters.`)
  }
  return parameters.map((value) => utils.prepareValue(value))
}

/** Finds the name under which a statement is prepared. */
export type StatementNames = (text: string) => string | undefined

/** Each connection keeps what it prepared until it ends. */
const maxPrepared = 200

/** Names texts in the order of their first use, until there are so many that they must vary with values. */
export function createStatementNames(): StatementNames {
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known !== undefined || names.size >= maxPrepared) return known
    const name = `p${names.size}`
    names.set(text, name)
    return name
  }
}

/** SQL with what it needs. */
export interface BoundStatement {
  readonly text: string
  readonly parameters: readonly unknown[]
}

/** What goes before other statements; should it fail, so do they. */
export interface LeadingStatement extends BoundStatement {
  readonly heard: (result: StatementResult) => void
}

interface Gathered {
  readonly items: unknown[]
  readonly send: (items: readonly unknown[]) => void
}

/**
 * The statements of one transaction. Those that are sent in one turn of the event loop travel together, and none waits
 * for the answer to the one before it: round trips are what a transaction costs.
 */
export class TransactionSession {
  #query: Transaction<Schema> | undefined
  #preparing: Transaction<Schema> | undefined
  readonly #client: PoolClient
  readonly #prepared: PreparedStatements
  readonly #nameOf: StatementNames
  readonly #leading: readonly LeadingStatement[]
  readonly #passage: Passage
  #waiting: BatchedStatement[] = []
  readonly #gathered = new Map<string, Gathered>()
  #isUnderWay = false
  #isOver = false
  #endsAlone = false
  #last: Promise<unknown> = Promise.resolve()
  #failure: { readonly error: unknown } | undefined

  /** `leading` goes before whatever travels together, each time. */
  constructor(
    client: PoolClient,
    prepared: PreparedStatements,
    nameOf: StatementNames,
    leading: readonly LeadingStatement[],
    passage: Passage,
  ) {
    this.#client = client
    this.#prepared = prepared
    this.#nameOf = nameOf
    this.#leading = leading
    this.#passage = passage
  }

  // Both are made when they are first asked for: most transactions need one of them.
  get query(): Transaction<Schema> {
    return (this.#query ??= transactionOver(({ sql, parameters }) =>
      this.#execute(sql, parameters),
    ))
  }

  get prepared(): Transaction<Schema> {
    return (this.#preparing ??= transactionOver(({ sql, parameters }) =>
      this.#execute(sql, parameters, this.#nameOf(sql)),
    ))
  }

  /** Why a statement failed whose answer nobody awaits. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure
  }

  /** Keeps an item until a statement is awaited, or the end comes; then the first `send` of a name gets all of them. */
  gather<Item>(name: string, item: Item, send: (items: readonly Item[]) => void): void {
    this.#assertOpen()
    const known = this.#gathered.get(name)
    if (known === undefined) {
      this.#gathered.set(name, { items: [item], send: (items) => send(items as Item[]) })
    } else known.items.push(item)
  }

  /** Sends what was kept. */
  sendGathered(): void {
    if (this.#gathered.size === 0) return
    const gathered = [...this.#gathered.values()]
    this.#gathered.clear()
    for (const { items, send } of gathered) send(items)
  }

  /** Waits for the answers to all that was sent; throws what nobody awaited and failed. */
  async settle(): Promise<void> {
    this.sendGathered()
    await this.#last.catch(() => {})
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** From now on others' short transactions go before whatever travels next. */
  giveWay(): void {
    this.#passage.giveWay()
  }

  /** From now on it waits for nobody. */
  hurry(): void {
    this.#passage.hurry()
  }

  /** Refuses whatever comes from now on: the connection will be at work for another workspace. */
  close(): void {
    this.#isOver = true
  }

  /** Sends the last statements, and closes. */
  finish(texts: readonly string[]): Promise<StatementResult[]> {
    this.close()
    this.#endsAlone = this.#waiting.length === 0
    return Promise.all(texts.map((text) => this.#enqueue(text, [], this.#nameOf(text))))
  }

  /** Sends a statement; it runs after all that were sent before. */
  async run(
    text: string,
    parameters: readonly unknown[] = [],
    name?: string,
  ): Promise<StatementResult> {
    this.#assertOpen()
    this.sendGathered()
    return this.#enqueue(text, toValues(parameters), name)
  }

  /** Sends a statement of one text, and prepares it. */
  runPrepared({ text, parameters }: BoundStatement): Promise<StatementResult> {
    return this.run(text, parameters, this.#nameOf(text))
  }

  /** Sends a statement whose answer nobody awaits; the first of them that fails is `failure`. */
  send(statement: Statement, explain: (error: unknown) => unknown): void {
    this.#assertOpen()
    const { sql, parameters } = statement.compile(this.query)
    // What can't be sent throws here: the database would not know of it, and commit all else.
    this.#enqueue(sql, toValues(parameters), this.#nameOf(sql)).catch((error: unknown) => {
      this.#failure ??= { error: explain(error) }
    })
  }

  #assertOpen(): void {
    if (this.#isOver) throw new Error('The transaction is over.')
  }

  async #enqueue(
    text: string,
    values: BatchedStatement['values'],
    name: string | undefined,
  ): Promise<StatementResult> {
    try {
      const answer = new Promise<StatementResult>((resolve, reject) => {
        if (this.#waiting.length === 0) setImmediate(() => this.#flush())
        this.#waiting.push({ text, values, name, resolve, reject })
      })
      this.#last = answer
      return await answer
    } catch (error) {
      // The driver's own trace ends at its socket.
      if (error instanceof Error) Error.captureStackTrace(error)
      throw error
    }
  }

  #flush(): void {
    if (this.#isUnderWay || this.#waiting.length === 0) return
    this.#isUnderWay = true
    // An end with no work before it waits for nobody: somebody may wait for it.
    const mayGo = this.#endsAlone ? undefined : this.#passage.step()
    if (mayGo === undefined) this.#sendWaiting()
    else void mayGo.then(() => this.#sendWaiting())
  }

  #sendWaiting(): void {
    const leading = this.#leading.map(({ text, parameters, heard }) => ({
      text,
      values: toValues(parameters),
      name: this.#nameOf(text),
      resolve: heard,
      reject: (): void => {},
    }))
    const statements = [...leading, ...this.#waiting]
    this.#waiting = []
    const batch = new StatementBatch(statements, this.#prepared, this.#client, () => {
      this.#isUnderWay = false
      this.#flush()
    })
    this.#client.query(batch)
  }

  async #execute<Row>(
    text: string,
    parameters: readonly unknown[],
    name?: string,
  ): Promise<QueryResult<Row>> {
    const { command, rowCount, rows } = await this.run(text, parameters, name)
    return {
      rows: rows as Row[],
      ...(writes.has(command) ? { numAffectedRows: BigInt(rowCount) } : {}),
    }
  }
}
