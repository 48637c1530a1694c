import { setTimeout as delay } from 'node:timers/promises'

import { type Kysely, sql } from 'kysely'

import type { Schema } from './schema/index.ts'

const everyMs = 1_000

/**
 * Has tables analysed that have doubled since they were, until the answered function is called. Autovacuum comes after a
 * minute, and until then the plans of prepared statements are those for an empty table, where every index is as good as
 * the right one (docs/decisions/0010).
 */
export function watchGrownTables(query: Kysely<Schema>): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping

  async function watch(): Promise<void> {
    while (!signal.aborted) {
      await delay(everyMs, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      // A database that is away is somebody else's to report, and one that is busy gets its autovacuum.
      await sql`select analyze_grown_tables()`.execute(query).catch(() => {})
    }
  }

  const watching = watch()
  return async () => {
    stopping.abort()
    await watching
  }
}
