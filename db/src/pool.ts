import { Kysely, PostgresDialect } from 'kysely'
import { type CustomTypesConfig, Pool, type PoolConfig, types } from 'pg'

import { applicationRole } from './migrate.ts'
import type { Schema } from './schema/index.ts'

/**
 * `pg`'s parsers (timestamptz as Date, int8 as text, jsonb parsed), except that a date stays text:
 * a calendar day has no time zone, and as a `Date` it would move by one in half the world.
 */
const typeParsers: CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (format === 'text' && oid === types.builtins.TIMESTAMPTZ) return parseInstant
    return oid === types.builtins.DATE ? (text: string) => text : types.getTypeParser(oid, format)
  },
}

const parseAnyInstant: (text: string) => unknown = types.getTypeParser(
  types.builtins.TIMESTAMPTZ,
  'text',
)
const instantInUtc = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/

/** Sessions speak in UTC, which the engine itself reads several times as fast; infinity and the rest are left to `pg`. */
function parseInstant(text: string): unknown {
  return instantInUtc.test(text)
    ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
    : parseAnyInstant(text)
}

/** The session settings of every connection that serves the product. */
export function sessionSettings(statementTimeoutMs: number): string {
  return [
    `set role ${applicationRole}`,
    `set statement_timeout = ${statementTimeoutMs}`,
    'set idle_in_transaction_session_timeout = 60000',
    // What is prepared gets one plan for all values once that proves no worse; all else is planned for its values each
    // time. A plan for all values would cost seconds where trigram and prefix searches take a millisecond.
    'set plan_cache_mode = auto',
    // Compiling takes longer than our statements run: a subquery that is never reached is enough to set it off.
    'set jit = off',
    // Statistics are older than the tables while a directory arrives (docs/decisions/0010): what was planned for a few
    // rows would read a hundred thousand.
    'set enable_seqscan = off',
    // A request is one processor's: the others are for those who ask beside it.
    'set max_parallel_workers_per_gather = 0',
    `set timezone = 'UTC'`,
  ].join('; ')
}

/** A pool that survives the loss of its connections and prepares each new one with `settings`. */
export function createPool(config: PoolConfig, settings: string | undefined): Pool {
  const pool = new Pool({
    types: typeParsers,
    ...config,
    onConnect: async (client) => {
      // While a client is checked out the pool does not listen, and an error nobody hears ends the process;
      // whoever runs a query on it is told by that query.
      client.on('error', () => {})
      if (settings !== undefined) await client.query(settings)
    },
  })
  pool.on('error', () => {})
  return pool
}

/** Kysely over a pool; destroying it ends the pool. */
export function createKysely<T = Schema>(pool: Pool): Kysely<T> {
  return new Kysely<T>({ dialect: new PostgresDialect({ pool }) })
}
