import { type Database, hashToken, isId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'

import type { EndedAccess } from '../sessions/ended-access.ts'

const sweepIntervalMs = 60_000

/** Gives oidc-provider its storage: one adapter for each model, in `provider_artifacts`. */
export function createArtifactAdapters(db: Database): (model: string) => Adapter {
  let sweptAt = 0

  /** Expired artifacts go away with the traffic that makes new ones. */
  async function sweepSometimes(): Promise<void> {
    if (Date.now() - sweptAt < sweepIntervalMs) return
    sweptAt = Date.now()
    await sweepArtifacts(db)
  }

  return (model) => ({
    async upsert(id, payload, expiresIn) {
      // The id is what is handed out: with it a copy of the table could be redeemed.
      const { jti: _, consumed: __, ...stored } = payload
      const columns = {
        payload: JSON.stringify(stored),
        uid_hash: hashOrNull(payload.uid),
        grant_id_hash: hashOrNull(payload.grantId),
        account_id:
          payload.accountId !== undefined && isId(payload.accountId) ? payload.accountId : null,
        expires_at:
          expiresIn === undefined
            ? null
            : sql<Date>`now() + make_interval(secs => ${expiresIn}::double precision)`,
      }
      await db.query
        .insertInto('provider_artifacts')
        .values({ model, id_hash: hashToken(id), ...columns, consumed_at: null })
        .onConflict((conflict) => conflict.columns(['model', 'id_hash']).doUpdateSet(columns))
        .execute()
      await sweepSometimes()
    },

    async find(id) {
      const row = await selectArtifacts(db, model)
        .where('id_hash', '=', hashToken(id))
        .executeTakeFirst()
      return row && { ...toPayload(row), jti: id }
    },

    /** Without `jti`, which is not known: for looking at, not for saving. */
    async findByUid(uid) {
      const row = await selectArtifacts(db, model)
        .where('uid_hash', '=', hashToken(uid))
        .executeTakeFirst()
      return row && toPayload(row)
    },

    // The device flow is off.
    findByUserCode: () => Promise.resolve(undefined),

    /** Of any number of redemptions at once, on any replicas, one succeeds. */
    async consume(id) {
      const row = await db.query
        .updateTable('provider_artifacts')
        .set({ consumed_at: sql<Date>`now()` })
        .where('model', '=', model)
        .where('id_hash', '=', hashToken(id))
        .where('consumed_at', 'is', null)
        .returning('model')
        .executeTakeFirst()
      if (row === undefined) throw new errors.InvalidGrant('already used')
    },

    async destroy(id) {
      await db.query
        .deleteFrom('provider_artifacts')
        .where('model', '=', model)
        .where('id_hash', '=', hashToken(id))
        .execute()
    },

    async revokeByGrantId(grantId) {
      await db.query
        .deleteFrom('provider_artifacts')
        .where('model', '=', model)
        .where('grant_id_hash', '=', hashToken(grantId))
        .execute()
    },
  })
}

/** When an artifact was made, by the database's clock; its own `iat` is cut to seconds. */
export async function findArtifactTime(
  db: Database,
  model: 'Grant' | 'Interaction',
  id: string,
): Promise<Date | undefined> {
  const row = await db.query
    .selectFrom('provider_artifacts')
    .select('created_at')
    .where('model', '=', model)
    .where('id_hash', '=', hashToken(id))
    .executeTakeFirst()
  return row?.created_at
}

/** Whose provider sessions these are, of those that exist and have somebody signed in. */
export async function findSessionAccounts(
  db: Database,
  ids: readonly string[],
): Promise<{ id: string; memberId: string }[]> {
  if (ids.length === 0) return []
  const idOfHash = new Map(ids.map((id) => [hashToken(id).toString('hex'), id]))
  const rows = await selectArtifacts(db, 'Session')
    .select(['id_hash', 'account_id'])
    .where('id_hash', 'in', ids.map(hashToken))
    .execute()
  return rows.flatMap(({ id_hash, account_id }) => {
    const id = idOfHash.get(id_hash.toString('hex'))
    return id === undefined || account_id === null ? [] : [{ id, memberId: account_id }]
  })
}

/**
 * Sends that members' grants, codes and tokens from before the moment from which they count are deleted. Their
 * sessions stay until they expire: clients that could not be reached have yet to be told of them.
 */
export function sendEndedArtifactsGone(
  trx: WorkspaceTransaction,
  { memberIds, validFrom }: EndedAccess,
): void {
  trx.send(sql`
    delete from provider_artifacts a
    where a.account_id = any(${memberIds}) and a.model <> 'Session'
      and a.created_at < ${validFrom(sql`a.account_id`)}`)
}

/** What a client calls the sessions of a member that ended at `validFrom`. */
export async function findEndedSids(
  db: Database,
  clientId: string,
  memberId: string,
  validFrom: Date,
): Promise<string[]> {
  const rows = await db.query
    .selectFrom('provider_artifacts')
    .select(sql<string | null>`payload #>> array['authorizations', ${clientId}, 'sid']`.as('sid'))
    .where('account_id', '=', memberId)
    .where('model', '=', 'Session')
    .where('created_at', '<', validFrom)
    .execute()
  return rows.flatMap(({ sid }) => (sid === null ? [] : [sid]))
}

/** Deletes what has expired, up to a thousand rows. */
export async function sweepArtifacts(db: Database): Promise<void> {
  await sql`
    delete from provider_artifacts where (model, id_hash) in (
      select model, id_hash from provider_artifacts where expires_at < now() limit 1000
    )`.execute(db.query)
}

const selectArtifacts = (db: Database, model: string) =>
  db.query
    .selectFrom('provider_artifacts')
    .select(['payload', 'consumed_at'])
    .where('model', '=', model)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))

function toPayload(row: {
  payload: Record<string, unknown>
  consumed_at: Date | null
}): AdapterPayload {
  if (row.consumed_at === null) return row.payload
  return { ...row.payload, consumed: Math.floor(row.consumed_at.getTime() / 1000) }
}

function hashOrNull(text: string | undefined): Buffer | null {
  return text === undefined ? null : hashToken(text)
}
