import { createLeasedLimiter, type Database, type LeasedLimiter } from '@plantel/db'
import { sql } from 'kysely'

/** Counts the requests of each connection by the limits that it has now, together with the other replicas. */
export function createRateLimiter(db: Database): LeasedLimiter {
  return createLeasedLimiter(async (connectionId, wanted, unused) => {
    const { rows } = await sql<{ granted: number; wait_ms: number; remaining: number }>`
      select granted, wait_ms, remaining
      from lease_scim_requests(${connectionId}, ${wanted}, ${unused})`.execute(db.query)
    // A connection that was deleted a moment ago has no bucket; its requests find nothing either.
    const [row] = rows
    return {
      granted: row?.granted ?? 0,
      waitMs: row?.wait_ms ?? 0,
      remaining: row?.remaining ?? 0,
    }
  })
}
