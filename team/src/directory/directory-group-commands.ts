import { isDeepStrictEqual } from 'node:util'

import { createId, isId, isUniqueViolation, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { recordChanges } from '../history/record-change.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { findMembersOfDirectoryUsers } from '../members/directory-member-commands.ts'
import type {
  DirectoryGroupDraft,
  DirectoryGroupRow,
  GroupMemberOperation,
} from './directory-group.ts'
import { addGroupMembers, keepGroupMembers, removeGroupMembers } from './group-member-store.ts'

/**
 * A directory asserts a new group; unknown users are answered, not added: whether that is an error is the profile's
 * business. Throws `group-name-taken`.
 */
export async function createDirectoryGroup(
  trx: WorkspaceTransaction,
  connectionId: string,
  draft: DirectoryGroupDraft,
  userIds: readonly string[],
): Promise<{ group: DirectoryGroupRow; unknownUserIds: string[] }> {
  const group = await insertGroup(trx, connectionId, draft)
  const { added, unknown } = await addUsers(trx, group, userIds)
  await recordGroupChange(trx, 'directory_group.created', group.id, null, {
    version: group.version,
    added: added.length,
  })
  const isRebound = await rebindRule(trx, group)
  if (added.length === 0) return { group, unknownUserIds: unknown }
  if (isRebound) await reprojectMembers(trx, await findMembersOfDirectoryUsers(trx, added))
  const counted = await trx.query
    .updateTable('directory_groups')
    .set({ member_count: added.length })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', group.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return { group: counted, unknownUserIds: unknown }
}

/** A group that was deleted and comes again with its externalId has its rule again (Okta unlinks and pushes anew). */
async function rebindRule(trx: WorkspaceTransaction, group: DirectoryGroupRow): Promise<boolean> {
  if (group.external_id === null) return false
  const { numUpdatedRows } = await trx.query
    .updateTable('mapping_rules')
    .set({ group_id: group.id })
    .where('workspace_id', '=', trx.workspaceId)
    .where('group_id', '=', (eb) =>
      eb
        .selectFrom('directory_groups as former')
        .innerJoin('mapping_rules as rule', (join) =>
          join
            .onRef('rule.workspace_id', '=', 'former.workspace_id')
            .onRef('rule.group_id', '=', 'former.id'),
        )
        .select('former.id')
        .where('former.workspace_id', '=', trx.workspaceId)
        .where('former.connection_id', '=', group.connection_id)
        .where('former.external_id', '=', group.external_id)
        .where('former.deleted_at', '>', sql<Date>`now() - interval '30 days'`)
        .orderBy('former.deleted_at', 'desc')
        .limit(1),
    )
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

async function insertGroup(
  trx: WorkspaceTransaction,
  connectionId: string,
  draft: DirectoryGroupDraft,
): Promise<DirectoryGroupRow> {
  try {
    return await trx.query
      .insertInto('directory_groups')
      .values({
        workspace_id: trx.workspaceId,
        connection_id: connectionId,
        id: createId(),
        ...columnsOf(draft),
      })
      .returningAll()
      .executeTakeFirstOrThrow()
  } catch (error) {
    throw asTeamError(error, draft)
  }
}

/** Locks a group that is not deleted; every change of its members goes through this lock. */
export async function lockDirectoryGroup(
  trx: WorkspaceTransaction,
  connectionId: string,
  groupId: string,
): Promise<DirectoryGroupRow | undefined> {
  return trx.query
    .selectFrom('directory_groups')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', connectionId)
    .where('id', '=', groupId)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
}

/**
 * The directory says something new about a locked group: attributes, then member operations in their order. What is
 * already so changes nothing. People whose memberships changed get what the rules now give them, in this transaction.
 * Throws `group-name-taken`.
 */
export async function writeDirectoryGroup(
  trx: WorkspaceTransaction,
  current: DirectoryGroupRow,
  draft: DirectoryGroupDraft,
  operations: readonly GroupMemberOperation[],
): Promise<{ group: DirectoryGroupRow; changed: boolean; unknownUserIds: string[] }> {
  const memberChanges = new Map<string, 'added' | 'removed'>()
  const unknownUserIds: string[] = []
  for (const operation of operations) {
    const { added, removed, unknown } = await applyOperation(trx, current, operation)
    for (const userId of removed) note(memberChanges, userId, 'removed')
    for (const userId of added) note(memberChanges, userId, 'added')
    unknownUserIds.push(...unknown)
  }
  if (memberChanges.size === 0 && isSame(current, draft)) {
    return { group: current, changed: false, unknownUserIds }
  }
  const changes = [...memberChanges.values()]
  const added = changes.filter((change) => change === 'added').length
  const group = await updateGroup(trx, current, draft, added - (changes.length - added))
  await recordGroupChange(
    trx,
    'directory_group.changed',
    group.id,
    { version: current.version },
    { version: group.version, added, removed: changes.length - added },
  )
  await reprojectUsers(trx, group.id, [...memberChanges.keys()])
  return { group, changed: true, unknownUserIds }
}

/** A user who was removed and added again in one request has not changed. */
function note(
  changes: Map<string, 'added' | 'removed'>,
  userId: string,
  change: 'added' | 'removed',
): void {
  const before = changes.get(userId)
  if (before !== undefined && before !== change) changes.delete(userId)
  else changes.set(userId, change)
}

async function applyOperation(
  trx: WorkspaceTransaction,
  group: DirectoryGroupRow,
  operation: GroupMemberOperation,
): Promise<{ added: readonly string[]; removed: readonly string[]; unknown: readonly string[] }> {
  switch (operation.kind) {
    case 'add':
      return { ...(await addUsers(trx, group, operation.userIds)), removed: [] }
    case 'remove': {
      const ids = operation.userIds.filter(isId)
      return { added: [], removed: await removeGroupMembers(trx, group.id, ids), unknown: [] }
    }
    case 'replace': {
      const removed = await keepGroupMembers(trx, group.id, operation.userIds.filter(isId))
      return { ...(await addUsers(trx, group, operation.userIds)), removed }
    }
    case 'clear':
      return { added: [], removed: await keepGroupMembers(trx, group.id, []), unknown: [] }
    case 'remove-matching': {
      const ids = await operation.find()
      return { added: [], removed: await removeGroupMembers(trx, group.id, ids), unknown: [] }
    }
    default:
      return operation satisfies never
  }
}

/** Ids are opaque to clients: what is no id of ours is unknown, not malformed. */
async function addUsers(
  trx: WorkspaceTransaction,
  group: DirectoryGroupRow,
  userIds: readonly string[],
): Promise<{ added: string[]; unknown: string[] }> {
  const { added, unknown } = await addGroupMembers(trx, group, userIds.filter(isId))
  return { added, unknown: [...userIds.filter((id) => !isId(id)), ...unknown] }
}

async function updateGroup(
  trx: WorkspaceTransaction,
  current: DirectoryGroupRow,
  draft: DirectoryGroupDraft,
  memberDifference: number,
): Promise<DirectoryGroupRow> {
  try {
    return await trx.query
      .updateTable('directory_groups')
      .set((eb) => ({
        ...columnsOf(draft),
        member_count: eb('member_count', '+', memberDifference),
        version: sql<string>`version + 1`,
        last_modified_at: sql<Date>`now()`,
      }))
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', current.id)
      .returningAll()
      .executeTakeFirstOrThrow()
  } catch (error) {
    throw asTeamError(error, draft)
  }
}

/** The directory deletes a locked group: memberships end and with them what rules gave by it; the rules are kept. */
export async function removeDirectoryGroup(
  trx: WorkspaceTransaction,
  current: DirectoryGroupRow,
): Promise<void> {
  const removed = await keepGroupMembers(trx, current.id, [])
  await trx.query
    .updateTable('directory_groups')
    .set({ deleted_at: sql<Date>`now()`, member_count: 0 })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', current.id)
    .execute()
  await recordGroupChange(
    trx,
    'directory_group.deleted',
    current.id,
    { version: current.version },
    null,
  )
  await reprojectUsers(trx, current.id, removed)
}

async function reprojectUsers(
  trx: WorkspaceTransaction,
  groupId: string,
  userIds: readonly string[],
): Promise<void> {
  if (userIds.length === 0 || !(await isMapped(trx, groupId))) return
  await reprojectMembers(trx, await findMembersOfDirectoryUsers(trx, userIds))
}

async function isMapped(trx: WorkspaceTransaction, groupId: string): Promise<boolean> {
  const row = await trx.query
    .selectFrom('mapping_rules')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('group_id', '=', groupId)
    .executeTakeFirst()
  return row !== undefined
}

function columnsOf(draft: DirectoryGroupDraft): {
  display_name: string
  display_key: string
  unique_name_key: string | null
  external_id: string | null
  resource: string
} {
  return {
    display_name: draft.displayName,
    display_key: draft.displayKey,
    unique_name_key: draft.uniqueDisplayName ? draft.displayKey : null,
    external_id: draft.externalId,
    resource: JSON.stringify(draft.resource),
  }
}

function isSame(current: DirectoryGroupRow, draft: DirectoryGroupDraft): boolean {
  return (
    current.display_name === draft.displayName &&
    current.external_id === draft.externalId &&
    isDeepStrictEqual(current.resource, JSON.parse(JSON.stringify(draft.resource)))
  )
}

async function recordGroupChange(
  trx: WorkspaceTransaction,
  action: string,
  groupId: string,
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): Promise<void> {
  await recordChanges(trx, [
    { action, subject: { kind: 'directory_group', id: groupId }, before, after },
  ])
}

function asTeamError(error: unknown, draft: DirectoryGroupDraft): unknown {
  return isUniqueViolation(error, 'directory_groups_name_unique')
    ? new TeamError('group-name-taken', draft.displayName, { cause: error })
    : error
}
