/** How often a caller may ask. draft-ietf-httpapi-ratelimit-headers-08. */
import { createEvenLimiter, type Database } from '@plantel/db'
import type { Response } from 'express'

import { ProblemError } from '../problem.ts'

/** Counts requests together with the other replicas. */
export interface RequestLimit {
  /** Says in the headers how much is left; throws `rate-limited` when nothing is. */
  admit(bucketId: string, response: Response): Promise<void>
}

/** As many requests a minute as this, at once or spread out. */
export function createRequestLimit(db: Database, perMinute: number): RequestLimit {
  const limiter = createEvenLimiter(db, { perMinute, burst: perMinute })
  return {
    async admit(bucketId, response) {
      const admission = await limiter.admit(bucketId)
      const remaining = admission.admitted ? admission.remaining : 0
      const fullInSeconds = Math.ceil(((perMinute - remaining) * 60) / perMinute)
      response.set('ratelimit-policy', `"requests";q=${perMinute};w=60`)
      response.set('ratelimit', `"requests";r=${remaining};t=${fullInSeconds}`)
      if (admission.admitted) return
      response.set('retry-after', String(admission.retryAfterSeconds))
      throw new ProblemError(
        'rate-limited',
        `More than ${perMinute} requests a minute: try again in ${admission.retryAfterSeconds} seconds.`,
      )
    },
  }
}
