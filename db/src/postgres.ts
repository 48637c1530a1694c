import { type Kysely, sql } from 'kysely'
import type { PoolConfig } from 'pg'

import { assertApplicationRole } from './application-role.ts'
import { createBackground } from './background.ts'
import { type Database, DatabaseOpenError, type DatabaseOptions } from './database.ts'
import { watchGrownTables } from './grown-tables.ts'
import { applicationRole, migrate } from './migrate.ts'
import { createKysely, createPool, sessionSettings } from './pool.ts'
import { errorCode, isUnavailable } from './postgres-errors.ts'
import { openPostgresSignals } from './postgres-signals.ts'
import { RightOfWay } from './right-of-way.ts'
import { createTransactionRunner } from './scoped-transaction.ts'

type PostgresOptions = Extract<DatabaseOptions, { engine: 'postgres' }>

const oldestVersion = 150_000

/** Opens a PostgreSQL database: migrates as the role of the URL, then serves as `plantel_app`. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  assertPostgresUrl(options.url)
  const config: PoolConfig = {
    connectionString: options.url,
    application_name: 'plantel',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  }
  await prepare(config).catch((error: unknown) => {
    throw explain(error, options.url)
  })

  const settings = sessionSettings(options.statementTimeoutMs ?? 30_000)
  const pool = createPool({ ...config, max: options.maxConnections ?? 10 }, settings)
  const query = createKysely(pool)
  try {
    await assertApplicationRole(query as Kysely<unknown>)
    const signals = await openPostgresSignals({
      connectionString: options.url,
      application_name: 'plantel signals',
      connectionTimeoutMillis: 10_000,
      query_timeout: 10_000,
      keepAlive: true,
    })
    const way = new RightOfWay()
    const stopWatching = watchGrownTables(query)
    return {
      engine: 'postgres',
      query,
      signals,
      runTransaction: createTransactionRunner(pool, way),
      inBackground: createBackground(way),
      async ping() {
        await sql`select 1`.execute(query)
      },
      async close() {
        await signals.close()
        await stopWatching()
        await query.destroy()
      },
    }
  } catch (error) {
    await query.destroy()
    throw explain(error, options.url)
  }
}

async function prepare(config: PoolConfig): Promise<void> {
  const owner = createKysely<unknown>(createPool({ ...config, max: 1 }, undefined))
  try {
    const { rows } = await sql<{ version: number; name: string }>`
      select current_setting('server_version_num')::int as version,
        current_setting('server_version') as name`.execute(owner)
    const [server] = rows
    if (server === undefined || server.version < oldestVersion) {
      throw new DatabaseOpenError(
        'unsupported-version',
        `PostgreSQL 15 or newer is needed and this server is ${server?.name}: upgrade it.`,
      )
    }
    await migrate(owner).catch((error: unknown) => {
      if (isUnavailable(error) || errorCode(error) === '42501') throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw new DatabaseOpenError(
        'migration-failed',
        `A migration failed and was rolled back (${reason}): see the cause, and restore or upgrade.`,
        { cause: error },
      )
    })
  } finally {
    await owner.destroy()
  }
}

function assertPostgresUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined
  if (protocol === 'postgres:' || protocol === 'postgresql:') return
  throw new DatabaseOpenError(
    'invalid-url',
    'The database URL must look like postgres://user:password@host:5432/database.',
  )
}

/** Says what an operator must do, naming the host and the user of the URL but never its password. */
function explain(error: unknown, url: string): unknown {
  if (error instanceof DatabaseOpenError) return error
  const { hostname, port, username, pathname } = new URL(url)
  const server = `${hostname === '' ? 'the local socket' : hostname}:${port === '' ? '5432' : port}`
  const user = decodeURIComponent(username)
  const cause = { cause: error }
  const code = errorCode(error)
  const message = error instanceof Error ? error.message : ''
  if (code === '28P01' || code === '28000' || message.startsWith('SASL')) {
    return new DatabaseOpenError(
      'authentication',
      `PostgreSQL at ${server} refused the user "${user}": check name, password and pg_hba.conf.`,
      cause,
    )
  }
  if (code === '42501') {
    return new DatabaseOpenError(
      'missing-privilege',
      `The user "${user}" may not do what is needed (${message}): make it the owner of the database ` +
        `and give it CREATEROLE, or create the role ${applicationRole} and grant it to the user.`,
      cause,
    )
  }
  if (code === '3D000') {
    return new DatabaseOpenError(
      'unreachable',
      `PostgreSQL at ${server} has no database "${pathname.slice(1)}": create it, owned by "${user}".`,
      cause,
    )
  }
  if (isUnavailable(error)) {
    return new DatabaseOpenError(
      'unreachable',
      `PostgreSQL at ${server} does not answer (${code ?? message}): check that it runs and can be reached.`,
      cause,
    )
  }
  return error
}
