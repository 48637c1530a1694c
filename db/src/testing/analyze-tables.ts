import { sql } from 'kysely'

import type { TestDatabase } from './test-database.ts'

/** What autovacuum does after any load: without statistics the planner takes every table for empty. */
export async function analyzeTables({ owner }: TestDatabase): Promise<void> {
  await sql`vacuum (analyze)`.execute(owner)
}
