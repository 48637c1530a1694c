import type { Database } from '@plantel/db'
import { sql } from 'kysely'

/** Whether one more request may be answered now, and else after how many seconds. */
export type Admission =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly retryAfterSeconds: number }

/** Counts the requests of each connection, together with the other replicas. */
export interface RateLimiter {
  admit(connectionId: string): Promise<Admission>
  /** Takes what a request cost beyond the one that was admitted; the bucket may go into debt. */
  charge(connectionId: string, requests: number): void
}

/** What one replica holds of a connection's bucket. */
interface Share {
  /** Leased and not used; negative is a debt. */
  tokens: number
  waiting: Waiter[]
  leasing: boolean
  returning: NodeJS.Timeout | undefined
  /** Until then the database need not be asked: there is nothing to be had. */
  emptyUntil: number
  retryAt: number
}

interface Waiter {
  resolve(admission: Admission): void
  reject(error: unknown): void
}

/** What isn't used by then goes back for the other replicas. */
const leaseMs = 1_000
const maxRetryAfterSeconds = 30

/**
 * A token bucket per connection that lives in the database. Each replica takes tokens in advance, so that most requests
 * write nothing; all that pass anywhere were taken from the one bucket.
 */
export function createRateLimiter(db: Database): RateLimiter {
  const shares = new Map<string, Share>()

  function shareOf(connectionId: string): Share {
    const known = shares.get(connectionId)
    if (known !== undefined) return known
    const share: Share = {
      tokens: 0,
      waiting: [],
      leasing: false,
      returning: undefined,
      emptyUntil: 0,
      retryAt: 0,
    }
    shares.set(connectionId, share)
    return share
  }

  async function lease(connectionId: string, share: Share): Promise<void> {
    share.leasing = true
    try {
      while (share.waiting.length > 0) {
        for (; share.tokens > 0 && share.waiting.length > 0; share.tokens -= 1) {
          share.waiting.shift()?.resolve({ admitted: true })
        }
        const asking = share.waiting.splice(0)
        if (asking.length > 0) await leaseFor(connectionId, share, asking)
      }
    } finally {
      share.leasing = false
    }
    returnLater(connectionId, share)
  }

  async function leaseFor(connectionId: string, share: Share, asking: Waiter[]): Promise<void> {
    const unused = share.tokens
    share.tokens = 0
    try {
      const { granted, waitMs } = await askDatabase(db, connectionId, asking.length, unused)
      share.tokens += granted
      const now = performance.now()
      share.retryAt = now + waitMs
      for (const waiter of asking) {
        if (share.tokens > 0) {
          share.tokens -= 1
          waiter.resolve({ admitted: true })
        } else {
          share.emptyUntil = now + Math.min(waitMs, leaseMs)
          waiter.resolve(refusal(share))
        }
      }
    } catch (error) {
      for (const waiter of asking) waiter.reject(error)
    }
  }

  function returnLater(connectionId: string, share: Share): void {
    if (share.tokens === 0 || share.returning !== undefined) return
    share.returning = setTimeout(() => {
      share.returning = undefined
      if (share.tokens === 0 || share.leasing) return
      const unused = share.tokens
      share.tokens = 0
      // Tokens that can't be given back are missing until the bucket has refilled: that errs on the safe side.
      askDatabase(db, connectionId, 0, unused).catch(() => undefined)
    }, leaseMs).unref()
  }

  return {
    admit(connectionId) {
      const share = shareOf(connectionId)
      if (share.tokens > 0 && share.waiting.length === 0) {
        share.tokens -= 1
        return Promise.resolve({ admitted: true })
      }
      if (performance.now() < share.emptyUntil) return Promise.resolve(refusal(share))
      return new Promise((resolve, reject) => {
        share.waiting.push({ resolve, reject })
        if (!share.leasing) void lease(connectionId, share)
      })
    },
    charge(connectionId, requests) {
      const share = shareOf(connectionId)
      share.tokens -= requests
      returnLater(connectionId, share)
    },
  }
}

function refusal({ retryAt }: Share): Admission {
  const seconds = Math.ceil((retryAt - performance.now()) / 1_000)
  return {
    admitted: false,
    retryAfterSeconds: Math.min(maxRetryAfterSeconds, Math.max(1, seconds)),
  }
}

async function askDatabase(
  db: Database,
  connectionId: string,
  wanted: number,
  unused: number,
): Promise<{ granted: number; waitMs: number }> {
  const { rows } = await sql<{ granted: number; wait_ms: number }>`
    select granted, wait_ms from lease_scim_requests(${connectionId}, ${wanted}, ${unused})`.execute(
    db.query,
  )
  // A connection that was deleted a moment ago has no bucket; its requests find nothing either.
  const [row] = rows
  return { granted: row?.granted ?? 0, waitMs: row?.wait_ms ?? 0 }
}
