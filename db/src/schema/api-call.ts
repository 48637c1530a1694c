import type { Generated } from 'kysely'

/** What was done for an `Idempotency-Key`, and what was answered. */
export interface IdempotencyKeysTable {
  /** A host or a member. */
  caller_id: string
  /** SHA-256 of the key. */
  key_hash: Buffer
  /** Which attempt did it. */
  claim_id: string
  /** SHA-256 of what was asked. */
  request_hash: Buffer
  /** Null until the answer is known. */
  sealed_answer: string | null
  created_at: Generated<Date>
}

/** How many requests a SCIM connection, host key or member may still make; written by `lease_requests`. */
export interface RateBucketsTable {
  id: string
  available: number
  filled_at: Date
}
