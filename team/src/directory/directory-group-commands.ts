import {
  createId,
  IdList,
  isUniqueViolation,
  violatedConstraint,
  type WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { recordChanges } from '../history/record-change.ts'
import { sendRulesHeld } from '../mapping/hold-rules.ts'
import { bumpRulesVersion, reprojectTouched } from '../mapping/rule-change.ts'
import { nobody } from '../mapping/touched-members.ts'
import { directoryEvent } from './directory-event.ts'
import type {
  DirectoryGroupDraft,
  DirectoryGroupRow,
  GroupMemberOperation,
} from './directory-group.ts'
import { GroupMemberList, type NamedMembers } from './group-member-list.ts'
import {
  applyMemberOperation,
  countChanges,
  type MemberStep,
  userDifference,
} from './group-member-steps.ts'
import {
  addGroupMembers,
  type ChangedMembers,
  keepGroupMembers,
  type RefusedMembers,
} from './group-member-store.ts'
import { hasPatternRules, isMapped, lockGroupsBelow } from './group-nesting-store.ts'
import { reprojectPeople } from './group-people-commands.ts'
import { rebindRule } from './group-rule-binding.ts'
import { modifiedNow, modifiedAt } from './last-modified.ts'
import { sameJson } from './same-json.ts'

/**
 * A directory asserts a new group; names that mean nobody are answered, not added: whether that is an error is the
 * profile's business. Throws `group-name-taken` and `connection-not-found`.
 */
export async function createDirectoryGroup(
  trx: WorkspaceTransaction,
  connectionId: string,
  draft: DirectoryGroupDraft,
  members: NamedMembers,
): Promise<{ group: DirectoryGroupRow; refused: RefusedMembers }> {
  sendRulesHeld(trx)
  const group = await insertGroup(trx, connectionId, draft)
  const { added, refused } = await addGroupMembers(trx, group, GroupMemberList.of(members))
  const count = added.users.length + added.groups.length
  await recordGroupChange(
    trx,
    directoryEvent('directory_group.created', null, group, count > 0),
    group.id,
    null,
    { version: group.version, added: count },
  )
  await rebindRule(trx, group)
  await reprojectChanged(trx, group.id, [added])
  if (added.users.length === 0) return { group, refused }
  const counted = await trx.query
    .updateTable('directory_groups')
    .set({ member_count: added.users.length })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', group.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return { group: counted, refused }
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

/** Named one by one, because the statement is prepared: another replica may add a column. */
const groupColumns = sql.join(
  (
    [
      'workspace_id',
      'connection_id',
      'id',
      'display_name',
      'display_key',
      'unique_name_key',
      'external_id',
      'resource',
      'member_count',
      'version',
      'created_at',
      'last_modified_at',
      'deleted_at',
    ] as const satisfies readonly (keyof DirectoryGroupRow)[]
  ).map((column) => sql.ref(`g.${column}`)),
)

/** Locks a group that is not deleted; every change of its members goes through this lock. */
export async function lockDirectoryGroup(
  trx: WorkspaceTransaction,
  connectionId: string,
  groupId: string,
): Promise<DirectoryGroupRow | undefined> {
  sendRulesHeld(trx)
  const { rows } = await sql<DirectoryGroupRow>`
    select ${groupColumns} from directory_groups g
    where g.workspace_id = ${trx.workspaceId} and g.connection_id = ${connectionId}
      and g.id = ${groupId} and g.deleted_at is null
    for no key update`.execute(trx.prepared)
  return rows[0]
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
): Promise<{
  group: DirectoryGroupRow
  changed: boolean
  /** How many came and went. */
  members: { added: number; removed: number }
  refused: RefusedMembers
  /** Whether somebody was to be removed who is no member. */
  missed: boolean
}> {
  // Asked together with the first change: while the group is locked nobody puts it into another.
  const mapped = operations.length > 0 ? isMapped(trx, current.id) : undefined
  mapped?.catch(() => {})
  const steps: MemberStep[] = []
  const refused: RefusedMembers = { unknown: [], mistyped: [] }
  for (const operation of operations) {
    const step = await applyMemberOperation(trx, current, operation)
    steps.push(step)
    refused.unknown.push(...step.refused.unknown)
    refused.mistyped.push(...step.refused.mistyped)
  }
  const missed = steps.some((step) => step.missed)
  const counts = await countChanges(trx, steps)
  if (counts.added + counts.removed === 0 && isSame(current, draft)) {
    return { group: current, changed: false, members: counts, refused, missed }
  }
  const group = sendChangedGroup(trx, current, draft, userDifference(steps))
  await recordGroupChange(
    trx,
    directoryEvent(
      'directory_group.changed',
      current,
      { ...group, resource: draft.resource },
      counts.added + counts.removed > 0,
    ),
    group.id,
    { version: current.version },
    { version: group.version, ...counts },
  )
  const changes = steps.flatMap(({ added, removed }) => [added, removed])
  const everybody = await hasOtherRules(trx, current, group)
  await reprojectChanged(trx, group.id, changes, { everybody, mapped })
  return { group, changed: true, members: counts, refused, missed }
}

/** Whether the change of a group's attributes changes which rules look at it. */
async function hasOtherRules(
  trx: WorkspaceTransaction,
  before: DirectoryGroupRow,
  after: DirectoryGroupRow,
): Promise<boolean> {
  const isRebound = before.external_id !== after.external_id && (await rebindRule(trx, after))
  return isRebound || (before.display_name !== after.display_name && (await hasPatternRules(trx)))
}

/** Sends what is new of a locked group, which is answered as it will be stored. */
function sendChangedGroup(
  trx: WorkspaceTransaction,
  current: DirectoryGroupRow,
  draft: DirectoryGroupDraft,
  memberDifference: number,
): DirectoryGroupRow {
  const columns = columnsOf(draft)
  trx.send(
    sql`
      update directory_groups g set display_name = ${columns.display_name}, display_key = ${columns.display_key},
        unique_name_key = ${columns.unique_name_key}, external_id = ${columns.external_id},
        resource = ${columns.resource}, member_count = g.member_count + ${memberDifference}::integer,
        version = g.version + 1, last_modified_at = ${modifiedNow('g')}
      where g.workspace_id = ${trx.workspaceId} and g.id = ${current.id}`,
    (error) => asTeamError(error, draft),
  )
  return {
    ...current,
    ...columns,
    resource: draft.resource,
    member_count: current.member_count + memberDifference,
    version: String(BigInt(current.version) + 1n),
    last_modified_at: modifiedAt(trx, current),
  }
}

/**
 * Locks a group that is to be deleted, and before it those that it is in: they lose a member. Whoever changes groups
 * waits downwards only.
 */
export async function lockDirectoryGroupToRemove(
  trx: WorkspaceTransaction,
  connectionId: string,
  groupId: string,
): Promise<DirectoryGroupRow | undefined> {
  sendRulesHeld(trx)
  await lockParents(trx, groupId)
  return lockDirectoryGroup(trx, connectionId, groupId)
}

/** The directory deletes a locked group: memberships end and with them what rules gave by it; the rules are kept. */
export async function removeDirectoryGroup(
  trx: WorkspaceTransaction,
  current: DirectoryGroupRow,
): Promise<void> {
  // While it still is in them: of these rules, too, its people lose what they gave.
  const mapped = await isMapped(trx, current.id)
  const below = mapped ? await lockGroupsBelow(trx, [current.id]) : []
  const removed = await keepGroupMembers(trx, current.id, GroupMemberList.of([]))
  await leaveParents(trx, current.id)
  await trx.query
    .updateTable('directory_groups')
    .set({ deleted_at: sql<Date>`now()`, member_count: 0 })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', current.id)
    .execute()
  await recordGroupChange(
    trx,
    directoryEvent('directory_group.deleted', current, null),
    current.id,
    { version: current.version },
    null,
  )
  if (mapped) await reprojectPeople(trx, { users: removed.users, groupIds: below })
}

async function lockParents(trx: WorkspaceTransaction, groupId: string): Promise<void> {
  await trx.query
    .selectFrom('directory_groups as parent')
    .select('parent.id')
    .where('parent.workspace_id', '=', trx.workspaceId)
    .where('parent.id', 'in', (eb) =>
      eb
        .selectFrom('directory_group_children')
        .select('group_id')
        .where('workspace_id', '=', trx.workspaceId)
        .where('child_id', '=', groupId),
    )
    .orderBy('parent.id')
    .forNoKeyUpdate()
    .execute()
}

/** Takes the group out of all that it is in; these have a new version then. */
async function leaveParents(trx: WorkspaceTransaction, groupId: string): Promise<void> {
  await sql`
    with gone as (
      delete from directory_group_children c
      where c.workspace_id = ${trx.workspaceId} and c.child_id = ${groupId}
      returning c.group_id
    )
    update directory_groups g set version = g.version + 1, last_modified_at = ${modifiedNow('g')}
    from gone where g.workspace_id = ${trx.workspaceId} and g.id = gone.group_id`.execute(trx.query)
}

/** Gives those whose memberships changed what the rules now say, or everybody of the group. */
async function reprojectChanged(
  trx: WorkspaceTransaction,
  groupId: string,
  changes: readonly ChangedMembers[],
  {
    everybody = false,
    mapped,
  }: { everybody?: boolean; mapped?: Promise<boolean> | undefined } = {},
): Promise<void> {
  const users = new IdList()
  for (const change of changes) users.append(change.users)
  const children = changes.flatMap((change) => change.groups)
  if (users.length === 0 && children.length === 0 && !everybody) return
  // A rule may have come back to the group in this transaction.
  const isConcerned = everybody || mapped === undefined ? isMapped(trx, groupId) : mapped
  if (!(await isConcerned)) return
  const changed = everybody ? [...children, groupId] : children
  const groupIds = changed.length === 0 ? [] : await lockGroupsBelow(trx, changed)
  if (everybody) {
    // A new name is to patterns what a new rule is: it may concern more people than a request has time for.
    await bumpRulesVersion(trx)
    await reprojectTouched(trx, { ...nobody, groupIds: [groupId] })
  }
  await reprojectPeople(trx, { users, groupIds: everybody ? [] : groupIds })
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
    sameJson(current.resource, draft.resource)
  )
}

async function recordGroupChange(
  trx: WorkspaceTransaction,
  event: ReturnType<typeof directoryEvent>,
  groupId: string,
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): Promise<void> {
  await recordChanges(trx, [
    {
      action: event.type,
      subject: { kind: 'directory_group', id: groupId },
      before,
      after,
      event,
    },
  ])
}

function asTeamError(error: unknown, draft: DirectoryGroupDraft): unknown {
  if (violatedConstraint(error) === 'directory_groups_workspace_id_connection_id_fkey') {
    return new TeamError('connection-not-found', undefined, { cause: error })
  }
  return isUniqueViolation(error, 'directory_groups_name_unique')
    ? new TeamError('group-name-taken', draft.displayName, { cause: error })
    : error
}
