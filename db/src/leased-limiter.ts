/** Whether one more request may be answered now, and else after how many seconds. */
export type Admission =
  | {
      readonly admitted: true
      /** How many more could be, as far as this replica knows. */
      readonly remaining: number
    }
  | { readonly admitted: false; readonly retryAfterSeconds: number }

/** Counts the requests of each caller, together with the other replicas. */
export interface LeasedLimiter {
  admit(bucketId: string): Promise<Admission>
  /** Takes what a request cost beyond the one that was admitted; the bucket may go into debt. */
  charge(bucketId: string, requests: number): void
}

/** Takes from a bucket in the database what is `wanted` or more, and gives back what is `unused`. */
export type Lease = (
  bucketId: string,
  wanted: number,
  unused: number,
) => Promise<{ granted: number; waitMs: number; remaining: number }>

/** What one replica holds of a bucket. */
interface Share {
  /** Leased and not used; negative is a debt. */
  tokens: number
  /** What was left in the bucket when it was asked last. */
  left: number
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
 * A token bucket per caller that lives in the database. Each replica takes tokens in advance, so that most requests
 * write nothing; all that pass anywhere were taken from the one bucket.
 */
export function createLeasedLimiter(leaseFromBucket: Lease): LeasedLimiter {
  const shares = new Map<string, Share>()

  function shareOf(bucketId: string): Share {
    const known = shares.get(bucketId)
    if (known !== undefined) return known
    const share: Share = {
      tokens: 0,
      left: 0,
      waiting: [],
      leasing: false,
      returning: undefined,
      emptyUntil: 0,
      retryAt: 0,
    }
    shares.set(bucketId, share)
    return share
  }

  async function lease(bucketId: string, share: Share): Promise<void> {
    share.leasing = true
    try {
      while (share.waiting.length > 0) {
        while (share.tokens > 0 && share.waiting.length > 0) {
          share.waiting.shift()?.resolve(take(share))
        }
        const asking = share.waiting.splice(0)
        if (asking.length > 0) await leaseFor(bucketId, share, asking)
      }
    } finally {
      share.leasing = false
    }
    returnLater(bucketId, share)
  }

  async function leaseFor(bucketId: string, share: Share, asking: Waiter[]): Promise<void> {
    const unused = share.tokens
    share.tokens = 0
    try {
      const { granted, waitMs, remaining } = await leaseFromBucket(bucketId, asking.length, unused)
      share.tokens += granted
      share.left = remaining
      const now = performance.now()
      share.retryAt = now + waitMs
      for (const waiter of asking) {
        if (share.tokens > 0) {
          waiter.resolve(take(share))
        } else {
          share.emptyUntil = now + Math.min(waitMs, leaseMs)
          waiter.resolve(refusal(share))
        }
      }
    } catch (error) {
      for (const waiter of asking) waiter.reject(error)
    }
  }

  function returnLater(bucketId: string, share: Share): void {
    if (share.returning !== undefined) return
    share.returning = setTimeout(() => {
      share.returning = undefined
      if (share.leasing) return
      // Whoever called once is not remembered for ever.
      shares.delete(bucketId)
      if (share.tokens === 0) return
      // Tokens that can't be given back are missing until the bucket has refilled: that errs on the safe side.
      leaseFromBucket(bucketId, 0, share.tokens).catch(() => undefined)
    }, leaseMs).unref()
  }

  return {
    admit(bucketId) {
      const share = shareOf(bucketId)
      if (share.tokens > 0 && share.waiting.length === 0) {
        return Promise.resolve(take(share))
      }
      if (performance.now() < share.emptyUntil) return Promise.resolve(refusal(share))
      return new Promise((resolve, reject) => {
        share.waiting.push({ resolve, reject })
        if (!share.leasing) void lease(bucketId, share)
      })
    },
    charge(bucketId, requests) {
      const share = shareOf(bucketId)
      share.tokens -= requests
      returnLater(bucketId, share)
    },
  }
}

function take(share: Share): Admission {
  share.tokens -= 1
  return { admitted: true, remaining: share.tokens + share.left }
}

function refusal({ retryAt }: Share): Admission {
  const seconds = Math.ceil((retryAt - performance.now()) / 1_000)
  return {
    admitted: false,
    retryAfterSeconds: Math.min(maxRetryAfterSeconds, Math.max(1, seconds)),
  }
}
