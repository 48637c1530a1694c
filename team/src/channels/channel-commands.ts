import {
  type ChannelsTable,
  createId,
  isUniqueViolation,
  type WorkspaceTransaction,
} from '@plantel/db'
import { type Selectable, sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { recordChanges } from '../history/record-change.ts'
import { holdRules } from '../mapping/hold-rules.ts'
import { reprojectNamed } from '../mapping/names-change.ts'
import { lockRulesToRetire, previewRetirement, retireValue } from '../mapping/retire-value.ts'
import type { Saved } from '../mapping/rule-change.ts'
import type { RuleDifference } from '../mapping/rule-difference.ts'
import type { RetiredValue } from '../mapping/rule-set-store.ts'
import { requirePermission } from '../permissions/require-permission.ts'

type Channel = Selectable<ChannelsTable>

/** The host registers one of its channels; throws `permission-missing` and `name-taken` for a key that is in use. */
export async function createChannel(
  trx: WorkspaceTransaction,
  draft: { key: string; name: string },
): Promise<{ id: string }> {
  await requirePermission(trx, 'settings:manage')
  await holdRules(trx)
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
  await reprojectNamed(trx, 'channel')
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
  await holdRules(trx)
  const { id, key, name: former } = await lockChannel(trx, idOrKey, expectedVersion)
  await trx.query
    .updateTable('channels')
    .set({ name, version: sql<string>`version + 1` })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .execute()
  await record(trx, 'channel.changed', id, { key, name: former }, { key, name })
  if (name !== former) await reprojectNamed(trx, 'channel')
}

/**
 * Takes a channel away from everybody, rules included; where many have it a job does. With the hash of a preview only if
 * the difference still is the one that was shown. Throws what `renameChannel` throws.
 */
export async function deleteChannel(
  trx: WorkspaceTransaction,
  idOrKey: string,
  expectedVersion?: string,
  previewHash?: string,
): Promise<Saved> {
  await requirePermission(trx, 'settings:manage')
  const seen = await requireChannel(trx, idOrKey)
  const difference = await lockRulesToRetire(trx, retired(seen), previewHash)
  if (difference !== undefined) return { outcome: 'difference-changed', difference }
  const channel = await lockChannel(trx, seen.id, expectedVersion)
  const saved = await retireValue(trx, retired(channel))
  const { id, key, name } = channel
  await record(trx, 'channel.deleted', id, { key, name }, null)
  return saved
}

/** Who would lose the channel. Only reads. Throws what `deleteChannel` throws. */
export async function previewChannelDeletion(
  trx: WorkspaceTransaction,
  idOrKey: string,
): Promise<RuleDifference> {
  await requirePermission(trx, 'settings:manage')
  return previewRetirement(trx, retired(await requireChannel(trx, idOrKey)))
}

function retired({ id, key, name }: Channel): RetiredValue {
  return { kind: 'channel', id, key, name, successorId: null, isMerged: false }
}

async function requireChannel(trx: WorkspaceTransaction, idOrKey: string): Promise<Channel> {
  const channel = await selectChannel(trx, idOrKey).executeTakeFirst()
  if (channel === undefined) throw new TeamError('channel-not-found')
  return channel
}

async function lockChannel(
  trx: WorkspaceTransaction,
  idOrKey: string,
  expectedVersion: string | undefined,
): Promise<Channel> {
  const row = await selectChannel(trx, idOrKey).forUpdate().executeTakeFirst()
  if (row === undefined) throw new TeamError('channel-not-found')
  if (expectedVersion !== undefined && expectedVersion !== row.version) {
    throw new TeamError('version-mismatch')
  }
  return row
}

function selectChannel(trx: WorkspaceTransaction, idOrKey: string) {
  return trx.query
    .selectFrom('channels')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('retired_at', 'is', null)
    .where((eb) => eb.or([eb(sql`id::text`, '=', idOrKey), eb('key', '=', idOrKey)]))
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
