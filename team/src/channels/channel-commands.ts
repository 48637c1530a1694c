import {
  type ChannelsTable,
  createId,
  isUniqueViolation,
  type WorkspaceTransaction,
} from '@plantel/db'
import { type Selectable, sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { recordChanges } from '../history/record-change.ts'
import { replaceRuleValue } from '../mapping/replace-rule-value.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { findHolders } from '../members/find-holders.ts'
import { requirePermission } from '../permissions/require-permission.ts'

type Channel = Selectable<ChannelsTable>

/** The host registers one of its channels; throws `permission-missing` and `name-taken` for a key that is in use. */
export async function createChannel(
  trx: WorkspaceTransaction,
  draft: { key: string; name: string },
): Promise<{ id: string }> {
  await requirePermission(trx, 'settings:manage')
  const id = createId()
  try {
    await trx.query
      .insertInto('channels')
      .values({ workspace_id: trx.workspaceId, id, ...draft })
      .execute()
  } catch (error) {
    throw isUniqueViolation(error, 'channels_key_unique')
      ? new TeamError('name-taken', draft.key, { cause: error })
      : error
  }
  await record(trx, 'channel.created', id, null, draft)
  return { id }
}

/** Throws `permission-missing`, `channel-not-found` and `version-mismatch`. */
export async function renameChannel(
  trx: WorkspaceTransaction,
  idOrKey: string,
  name: string,
  expectedVersion?: string,
): Promise<void> {
  await requirePermission(trx, 'settings:manage')
  const { id, key, name: former } = await lockChannel(trx, idOrKey, expectedVersion)
  await trx.query
    .updateTable('channels')
    .set({ name, version: sql<string>`version + 1` })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .execute()
  await record(trx, 'channel.changed', id, { key, name: former }, { key, name })
}

/** Takes a channel away from everybody, rules included. Throws what `renameChannel` throws. */
export async function deleteChannel(
  trx: WorkspaceTransaction,
  idOrKey: string,
  expectedVersion?: string,
): Promise<void> {
  await requirePermission(trx, 'settings:manage')
  const { id, key, name } = await lockChannel(trx, idOrKey, expectedVersion)
  await replaceRuleValue(trx, 'channel', id, null)
  await reprojectMembers(trx, await findHolders(trx, 'channel_id', id), new Set(), (facts) =>
    facts.localGrants.filter((grant) => grant.kind !== 'channel' || grant.valueId !== id),
  )
  await trx.query
    .deleteFrom('channels')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .execute()
  await record(trx, 'channel.deleted', id, { key, name }, null)
}

async function lockChannel(
  trx: WorkspaceTransaction,
  idOrKey: string,
  expectedVersion: string | undefined,
): Promise<Channel> {
  const row = await trx.query
    .selectFrom('channels')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where((eb) => eb.or([eb(sql`id::text`, '=', idOrKey), eb('key', '=', idOrKey)]))
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('channel-not-found')
  if (expectedVersion !== undefined && expectedVersion !== row.version) {
    throw new TeamError('version-mismatch')
  }
  return row
}

/** The host knows its own channels: it is told of nothing but what their end took from people. */
async function record(
  trx: WorkspaceTransaction,
  action: 'channel.created' | 'channel.changed' | 'channel.deleted',
  id: string,
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): Promise<void> {
  await recordChanges(trx, [{ action, subject: { kind: 'channel', id }, before, after }])
}
