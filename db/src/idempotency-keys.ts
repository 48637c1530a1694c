import { type Selectable, sql } from 'kysely'

import type { Database } from './database.ts'
import type { IdempotencyKeysTable } from './schema/index.ts'
import type { InstallationTransaction } from './transaction.ts'

/** Which request a key stands for. */
export interface IdempotencyKey {
  callerId: string
  keyHash: Buffer
  requestHash: Buffer
}

const lifetime = sql<Date>`now() - interval '24 hours'`

/** What was done for a key in the last day; undefined when nothing was. */
export async function findIdempotencyKey(
  db: Database,
  { callerId, keyHash }: IdempotencyKey,
): Promise<Selectable<IdempotencyKeysTable> | undefined> {
  return db.query
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('caller_id', '=', callerId)
    .where('key_hash', '=', keyHash)
    .where('created_at', '>', lifetime)
    .executeTakeFirst()
}

/** Takes a key for one attempt, in the transaction of its work; false when another attempt has it. Waits for one that is on its way. */
export async function claimIdempotencyKey(
  query: InstallationTransaction,
  { callerId, keyHash, requestHash }: IdempotencyKey,
  claimId: string,
): Promise<boolean> {
  await query
    .deleteFrom('idempotency_keys')
    .where('caller_id', '=', callerId)
    .where('key_hash', '=', keyHash)
    .where('created_at', '<=', lifetime)
    .execute()
  await query
    .insertInto('idempotency_keys')
    .values({
      caller_id: callerId,
      key_hash: keyHash,
      claim_id: claimId,
      request_hash: requestHash,
      sealed_answer: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const holder = await query
    .selectFrom('idempotency_keys')
    .select('claim_id')
    .where('caller_id', '=', callerId)
    .where('key_hash', '=', keyHash)
    .executeTakeFirst()
  return holder?.claim_id === claimId
}

/** Keeps what was answered. */
export async function saveIdempotentAnswer(
  db: Database,
  { callerId, keyHash }: IdempotencyKey,
  claimId: string,
  sealedAnswer: string,
): Promise<void> {
  await db.query
    .updateTable('idempotency_keys')
    .set({ sealed_answer: sealedAnswer })
    .where('caller_id', '=', callerId)
    .where('key_hash', '=', keyHash)
    .where('claim_id', '=', claimId)
    .execute()
}

/** Deletes keys of more than a day ago; answers how many. */
export async function sweepIdempotencyKeys(db: Database): Promise<number> {
  const { numDeletedRows } = await db.query
    .deleteFrom('idempotency_keys')
    .where('created_at', '<=', lifetime)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
