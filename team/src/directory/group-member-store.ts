import { setImmediate } from 'node:timers/promises'

import { IdList, packIds, type WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import type { GroupMemberList } from './group-member-list.ts'

/** Members that came or went. */
export interface ChangedMembers {
  users: IdList
  groups: string[]
}

/** For what changed nobody. */
export function noMembers(): ChangedMembers {
  return { users: new IdList(), groups: [] }
}

/** Names that no member came of; the first hundred of each. */
export interface RefusedMembers {
  /** Neither users nor groups of the connection. */
  unknown: string[]
  /** Users said to be groups, or groups said to be users. */
  mistyped: string[]
}

const maxRefused = 100
const sliceSize = 5_000

interface LockedGroup {
  id: string
  connection_id: string
}

/** Adds the users and groups of the group's connection that a list names. O(list), whatever the group's size. */
export async function addGroupMembers(
  trx: WorkspaceTransaction,
  group: LockedGroup,
  list: GroupMemberList,
): Promise<{ added: ChangedMembers; refused: RefusedMembers }> {
  const added = noMembers()
  const refused: RefusedMembers = { unknown: [...list.foreign], mistyped: [] }
  for (const type of ['any', 'user', 'group'] as const) {
    const named = list.named(type)
    const isLong = type !== 'group' && named.length > sliceSize
    const wanted = isLong ? await withoutMembers(trx, group.id, named) : named
    for (const part of wanted.parts()) {
      const noUsers =
        type === 'group'
          ? part
          : isLong
            ? await addNewUsers(trx, group, part, added)
            : await addUsers(trx, group, part, added)
      const ids = [...noUsers.slices(sliceSize)].flat()
      const rest = type === 'user' ? ids : await addGroups(trx, group, ids, added)
      const others =
        type === 'any' ? none : await findIds(trx, otherTable[type], group.connection_id, rest)
      for (const id of rest) {
        const names = others.has(id) ? refused.mistyped : refused.unknown
        if (names.length < maxRefused) names.push(id)
      }
    }
  }
  return { added, refused }
}

/** Of a long list, which a directory sends again to tell of few changes, those who are no members yet. */
async function withoutMembers(
  trx: WorkspaceTransaction,
  groupId: string,
  named: IdList,
): Promise<IdList> {
  return IdList.read(
    trx.query,
    sql`
      select unnest(${named.toParameter()}::uuid[]) as id
      except
      select m.user_id from directory_group_members m
      where m.workspace_id = ${trx.workspaceId} and m.group_id = ${groupId}`,
  )
}

const none: ReadonlySet<string> = new Set()

/** Where somebody is found who is not what they were said to be. */
const otherTable = { user: 'directory_groups', group: 'directory_users' } as const

/**
 * Adds users and answers which ids are none. Those who are members already are neither locked nor written. Set
 * operations and look-ups by array, no joins: right after a load the planner takes the tables for empty.
 */
async function addUsers(
  trx: WorkspaceTransaction,
  group: LockedGroup,
  ids: IdList,
  added: ChangedMembers,
): Promise<IdList> {
  // Selected, so that the planner does not see how many there are: one plan serves for all.
  const named = sql`(select ${ids.toParameter()}::uuid[])`
  const { rows } = await sql<{ id: string; added: boolean }>`
    with absent as materialized (
      select unnest(${named}) as id
      except
      select m.user_id from directory_group_members m
      where m.workspace_id = ${trx.workspaceId} and m.group_id = ${group.id}
        and m.user_id = any(${named}::uuid[])
    ), ${addingAbsent(trx, group)}
    select added.user_id as id, true as added from added
    union all
    select absent.id, false from absent`.execute(trx.prepared)
  const rest = new Set<string>()
  for (const row of rows) if (!row.added) rest.add(row.id)
  for (const row of rows) {
    if (!row.added) continue
    added.users.push(row.id)
    rest.delete(row.id)
  }
  return IdList.of(rest)
}

/**
 * The same of a part of a long list that has no members in it: nobody looks for them again, for each part, among half a
 * million, and no id is printed or parsed, which would keep others waiting.
 */
async function addNewUsers(
  trx: WorkspaceTransaction,
  group: LockedGroup,
  ids: IdList,
  added: ChangedMembers,
): Promise<IdList> {
  const { rows } = await sql<{ ids: Buffer }>`
    with absent as materialized (
      select unnest(${ids.toParameter()}::uuid[]) as id
    ), ${addingAbsent(trx, group)}
    ${packIds(sql`select absent.id from absent except select known.id from known`)}`.execute(
    trx.prepared,
  )
  const rest = new IdList()
  for (const row of rows) rest.pushPacked(row.ids)
  if (rest.length === 0) {
    added.users.append(ids)
    return rest
  }
  const unknown = new Set([...rest.slices(sliceSize)].flat())
  for (const id of [...ids.slices(sliceSize)].flat()) if (!unknown.has(id)) added.users.push(id)
  return rest
}

/** Adds those of `absent` who are users of the connection. */
function addingAbsent(trx: WorkspaceTransaction, group: LockedGroup): RawBuilder<unknown> {
  return sql`known as materialized (
      select u.id from directory_users u
      where u.workspace_id = ${trx.workspaceId} and u.connection_id = ${group.connection_id}
        and u.id = any(array(select absent.id from absent)) and u.deleted_at is null
      -- Shared, in order: nobody of them is deleted before this transaction ends.
      order by u.id for share
    ), added as (
      insert into directory_group_members (workspace_id, group_id, user_id)
      select ${trx.workspaceId}::uuid, ${group.id}::uuid, known.id from known
      returning user_id
    )`
}

/** Adds groups and answers which ids are none. */
async function addGroups(
  trx: WorkspaceTransaction,
  group: LockedGroup,
  ids: readonly string[],
  added: ChangedMembers,
): Promise<readonly string[]> {
  if (ids.length === 0) return ids
  const { rows } = await sql<{ id: string; added: boolean }>`
    with known as materialized (
      select g.id from directory_groups g
      where g.workspace_id = ${trx.workspaceId} and g.connection_id = ${group.connection_id}
        and g.id = any(${IdList.of(ids).toParameter()}::uuid[]) and g.deleted_at is null
      order by g.id for share
    ), added as (
      insert into directory_group_children (workspace_id, group_id, child_id)
      select ${trx.workspaceId}::uuid, ${group.id}::uuid, known.id from known
      on conflict do nothing returning child_id
    )
    select known.id, added.child_id is not null as added
    from known left join added on added.child_id = known.id`.execute(trx.query)
  for (const row of rows) if (row.added) added.groups.push(row.id)
  const known = new Set(rows.map((row) => row.id))
  return ids.filter((id) => !known.has(id))
}

async function findIds(
  trx: WorkspaceTransaction,
  table: 'directory_users' | 'directory_groups',
  connectionId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return none
  const rows = await trx.query
    .selectFrom(table)
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', connectionId)
    .where('id', '=', sql<string>`any(${IdList.of(ids).toParameter()}::uuid[])`)
    .where('deleted_at', 'is', null)
    .execute()
  return new Set(rows.map((row) => row.id))
}

/** Removes the named members; those who are none are no error. */
export async function removeGroupMembers(
  trx: WorkspaceTransaction,
  groupId: string,
  list: GroupMemberList,
): Promise<ChangedMembers> {
  return removeWhere(trx, groupId, list, sql`= any`, (isNamed) => isNamed)
}

/** Removes everybody but the named ones; an empty list removes all. */
export async function keepGroupMembers(
  trx: WorkspaceTransaction,
  groupId: string,
  list: GroupMemberList,
): Promise<ChangedMembers> {
  // Not an anti-join, which the planner may turn into a loop over a table that it takes for empty.
  return removeWhere(trx, groupId, list, sql`<> all`, (isNamed) => !isNamed)
}

/** Users in one statement, whatever the numbers are; who went comes back packed. */
async function removeWhere(
  trx: WorkspaceTransaction,
  groupId: string,
  list: GroupMemberList,
  comparison: RawBuilder<unknown>,
  isChosen: (isNamed: boolean) => boolean,
): Promise<ChangedMembers> {
  const { rows } = await sql<{ ids: Buffer; is_group: boolean }>`
    with gone as (
      delete from directory_group_members m
      where m.workspace_id = ${trx.workspaceId} and m.group_id = ${groupId}
        and m.user_id ${comparison} (${list.toParameter()}::uuid[])
      returning m.user_id as id
    )
    select packed.ids, false as is_group from (${packIds(sql`select id from gone`)}) as packed
    union all
    select packed.ids, true from (${packIds(sql`
      select c.child_id as id from directory_group_children c
      where c.workspace_id = ${trx.workspaceId} and c.group_id = ${groupId}`)}) as packed`.execute(
    trx.query,
  )
  const users = new IdList()
  const children = new IdList()
  for (const row of rows) (row.is_group ? children : users).pushPacked(row.ids)
  if (children.length === 0) return { users, groups: [] }
  const groups = [...children.slices(sliceSize)].flat()
  const named = await namedAmong(groups, list)
  const chosen = groups.filter((id) => isChosen(named.has(id)))
  if (chosen.length > 0) await removeChildren(trx, groupId, chosen)
  return { users, groups: chosen }
}

/** Which of these ids a list names, with turns for others while it is looked through. */
async function namedAmong(
  ids: readonly string[],
  list: GroupMemberList,
): Promise<ReadonlySet<string>> {
  const wanted = new Set(ids)
  const named = new Set<string>()
  for (const slice of list.slices(sliceSize)) {
    for (const id of slice) if (wanted.has(id)) named.add(id)
    await setImmediate()
  }
  return named
}

async function removeChildren(
  trx: WorkspaceTransaction,
  groupId: string,
  childIds: readonly string[],
): Promise<void> {
  await trx.query
    .deleteFrom('directory_group_children')
    .where('workspace_id', '=', trx.workspaceId)
    .where('group_id', '=', groupId)
    .where('child_id', '=', sql<string>`any(${IdList.of(childIds).toParameter()}::uuid[])`)
    .execute()
}
