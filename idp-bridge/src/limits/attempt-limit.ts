import { createHash } from 'node:crypto'

import type { Database } from '@plantel/db'
import type { RequestHandler } from 'express'
import { type ClientRateLimitInfo, ipKeyGenerator, rateLimit, type Store } from 'express-rate-limit'
import { sql } from 'kysely'

import { SignInError } from '../sign-in/sign-in-error.ts'

const windowMs = 10 * 60 * 1_000
/** Of one address, or one IPv6 network of a customer: offices share one. */
const attemptsPerNetwork = 300
const refusalsPerNetwork = 300

/** Slows down whoever guesses links and passwords from one place; throws `too-many-attempts`. */
export function createAttemptLimit(db: Database): RequestHandler {
  return rateLimit({
    windowMs,
    limit: attemptsPerNetwork,
    keyGenerator: (req) => ipKeyGenerator(req.ip ?? '', 64),
    store: createAttemptStore(db, 'network', windowMs),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: () => {
      throw new SignInError('too-many-attempts')
    },
  })
}

/**
 * Slows down whoever has many SAML responses refused: what differs between two refusals of encrypted ones is an oracle
 * for those who may ask often. Sign-ins that succeed count for nothing, because an office has one address.
 */
export function createRefusalLimit(db: Database): RequestHandler {
  return rateLimit({
    windowMs,
    limit: refusalsPerNetwork,
    keyGenerator: (req) => ipKeyGenerator(req.ip ?? '', 64),
    store: createAttemptStore(db, 'saml refusal', windowMs),
    skipSuccessfulRequests: true,
    standardHeaders: false,
    legacyHeaders: false,
    handler: () => {
      throw new SignInError('too-many-attempts')
    },
  })
}

/**
 * Counts attempts for express-rate-limit in the database, so that all replicas together let through what one would.
 * Keys are kept as digests: an address is a personal value.
 */
export function createAttemptStore(db: Database, purpose: string, windowMs: number): Store {
  const digest = (key: string): Buffer => createHash('sha256').update(`${purpose}\0${key}`).digest()

  return {
    async increment(key): Promise<ClientRateLimitInfo> {
      const row = await db.query
        .insertInto('sign_in_attempts')
        .values({ key: digest(key), count: 1, resets_at: afterWindow(windowMs) })
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({
            count: sql`case when sign_in_attempts.resets_at <= now() then 1 else sign_in_attempts.count + 1 end`,
            resets_at: sql`case when sign_in_attempts.resets_at <= now() then excluded.resets_at else sign_in_attempts.resets_at end`,
          }),
        )
        .returning(['count', 'resets_at'])
        .executeTakeFirstOrThrow()
      return { totalHits: row.count, resetTime: row.resets_at }
    },
    async decrement(key) {
      await db.query
        .updateTable('sign_in_attempts')
        .set({ count: sql`greatest(count - 1, 0)` })
        .where('key', '=', digest(key))
        .execute()
    },
    async resetKey(key) {
      await db.query.deleteFrom('sign_in_attempts').where('key', '=', digest(key)).execute()
    },
  }
}

/** Forgets what no longer counts; answers how much. */
export async function sweepAttempts(db: Database): Promise<number> {
  const { numDeletedRows } = await db.query
    .deleteFrom('sign_in_attempts')
    .where('resets_at', '<=', sql<Date>`now()`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

function afterWindow(windowMs: number): ReturnType<typeof sql<Date>> {
  return sql<Date>`now() + make_interval(secs => ${windowMs / 1_000}::double precision)`
}
