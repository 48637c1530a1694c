/** The same request again is answered as the first time, and does nothing. draft-ietf-httpapi-idempotency-key-header. */
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import {
  claimIdempotencyKey,
  createId,
  type Database,
  findIdempotencyKey,
  type IdempotencyKey,
  saveIdempotentAnswer,
  type Sealer,
} from '@plantel/db'
import type { Request } from 'express'

import { ProblemError } from '../problem.ts'
import type { BeforeWork, Identity } from './api.ts'
import type { Operation, Outcome } from './operation.ts'

/** Remembers for a day what was answered to whom, on every replica. */
export interface Idempotency {
  /** Runs the work once for this key of this caller; the second time `repeated` is true. */
  once<Caller>(
    identity: Identity<Caller>,
    request: { key: string; content: string },
    work: (beforeWork: BeforeWork) => Promise<Outcome>,
  ): Promise<{ outcome: Outcome; repeated: boolean }>
}

/** Whether `Idempotency-Key` is looked at: where repeating a request would make a second thing. */
export function takesIdempotencyKey({
  method,
  scope,
}: Pick<Operation<never>, 'method' | 'scope'>): boolean {
  return method === 'post' && (scope === 'write' || scope === 'keys')
}

/** The key of a request, bare or as a string of RFC 9651 §3.3.3; undefined without one. */
export function readIdempotencyKey(request: Request): string | undefined {
  const header = request.get('idempotency-key')
  if (header === undefined) return undefined
  const key = /^\s*(?:"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))\s*$/.exec(
    header,
  )
  if (key !== null) return key[1] ?? key[2]
  throw new ProblemError(
    'invalid-request',
    'Idempotency-Key must be 1 to 255 visible characters, such as a new UUID.',
  )
}

const place = 'idempotency_keys.sealed_answer'
const answerWaitMs = 5_000
const pollMs = 50

/** Another attempt has the key. */
class KeyTakenError extends Error {}

export function createIdempotency(db: Database, sealer: Sealer): Idempotency {
  async function repeat(key: IdempotencyKey): Promise<Outcome | undefined> {
    const deadline = performance.now() + answerWaitMs
    for (;;) {
      const row = await findIdempotencyKey(db, key)
      if (row === undefined) return undefined
      if (!row.request_hash.equals(key.requestHash)) {
        throw new ProblemError(
          'conflict',
          'This Idempotency-Key was used for another request: send a new one.',
          { reason: 'idempotency-key-reused' },
        )
      }
      if (row.sealed_answer !== null) {
        return JSON.parse(sealer.open(row.sealed_answer, place)) as Outcome
      }
      // What was asked for is done by now; only its answer is on the way, or went down with its replica.
      if (performance.now() > deadline) {
        throw new ProblemError(
          'conflict',
          'The first request with this Idempotency-Key was carried out, but its answer is lost: look at what there is.',
          { reason: 'idempotent-answer-lost' },
        )
      }
      await delay(pollMs)
    }
  }

  return {
    async once(identity, { key: plainKey, content }, work) {
      const key = {
        callerId: identity.callerId,
        keyHash: sha256(plainKey),
        requestHash: sha256(content),
      }
      const known = await repeat(key)
      if (known !== undefined) {
        await identity.confirm()
        return { outcome: known, repeated: true }
      }
      const claimId = createId()
      let isClaimed = false
      try {
        const outcome = await work(async (query) => {
          if (!(await claimIdempotencyKey(query, key, claimId))) throw new KeyTakenError()
          isClaimed = true
        })
        if (isClaimed) {
          const sealed = sealer.seal(JSON.stringify(outcome), place)
          await saveIdempotentAnswer(db, key, claimId, sealed)
        }
        return { outcome, repeated: false }
      } catch (error) {
        const outcome = error instanceof KeyTakenError ? await repeat(key) : undefined
        if (outcome === undefined) throw error
        return { outcome, repeated: true }
      }
    },
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
