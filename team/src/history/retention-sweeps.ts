import type { Database } from '@plantel/db'
import { sql } from 'kysely'

/** What is kept for as long as each workspace wants it, and then deleted. */
export const retained = [
  'audit_entries',
  'captured_mails',
  'events',
  'scim_requests',
  'tombstones',
  'webhook_deliveries',
] as const

export type Retained = (typeof retained)[number]

const defaultBatch = 2_000

/**
 * Deletes of all workspaces what they no longer want to be kept, in batches that lock nothing else; replicas that sweep
 * at once share the work. Answers how many rows are gone.
 */
export async function sweepRetained(
  db: Database,
  kind: Retained,
  batch: number = defaultBatch,
): Promise<number> {
  for (let gone = 0; ;) {
    const { rows } = await sql<{ count: number }>`
      select ${sql.id(`sweep_${kind}`)}(${batch}) as count`.execute(db.query)
    const count = rows[0]?.count ?? 0
    gone += count
    if (count < batch) return gone
  }
}
