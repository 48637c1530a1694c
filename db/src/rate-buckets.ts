import { sql } from 'kysely'

import type { Database } from './database.ts'
import { createLeasedLimiter, type LeasedLimiter } from './leased-limiter.ts'

/** Lets everybody ask as often as everybody else: a bucket of `burst` requests each that refills evenly. */
export function createEvenLimiter(
  db: Database,
  { perMinute, burst }: { perMinute: number; burst: number },
): LeasedLimiter {
  return createLeasedLimiter(async (bucketId, wanted, unused) => {
    const { rows } = await sql<{ granted: number; wait_ms: number; remaining: number }>`
      select granted, wait_ms, remaining
      from lease_requests(${bucketId}, ${perMinute}, ${burst}, ${wanted}, ${unused})`.execute(
      db.query,
    )
    const [row] = rows
    if (row === undefined) throw new Error('The bucket answered nothing.')
    return { granted: row.granted, waitMs: row.wait_ms, remaining: row.remaining }
  })
}

/** Deletes the buckets of whoever has not called for a week: they are full again; answers how many. */
export async function sweepRateBuckets(db: Database): Promise<number> {
  const { numDeletedRows } = await db.query
    .deleteFrom('rate_buckets')
    .where('filled_at', '<', sql<Date>`now() - interval '7 days'`)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
