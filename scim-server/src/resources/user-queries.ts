import { isId, type WorkspaceTransaction } from '@plantel/db'
import { groupsOfUser, groupsOfUsers } from '@plantel/team'
import { type RawBuilder, sql } from 'kysely'

import type { ResolvedFilter } from '../protocol/filter.ts'
import { listRows, rowColumns, type RowList, type RowPage } from '../query/list-rows.ts'
import { effectiveAccessOfUser } from './effective-access.ts'
import { userColumns, userKeys } from './user-columns.ts'
import { managerIdOf, type UserRow } from './user-resource.ts'

/** Which rows beside a user's own a response shows. */
export interface UserRelations {
  readonly groups: boolean
  readonly manager: boolean
  readonly effectiveAccess: boolean
}

/** Reads a user that is not deleted. */
export async function findUser(
  trx: WorkspaceTransaction,
  connectionId: string,
  id: string,
  relations: UserRelations,
): Promise<UserRow | undefined> {
  if (!isId(id)) return undefined
  const { rows } = await sql<FoundUser>`
    select ${rowColumns}${accessOf(relations)}${groupsIf(relations)} from directory_users as r
    where r.workspace_id = ${trx.workspaceId} and r.connection_id = ${connectionId}
      and r.id = ${id} and r.deleted_at is null`.execute(trx.prepared)
  const [user] = await addRelated(trx, connectionId, rows, relations)
  return user
}

/** The groups of users by user, in order of their ids. */
export async function findGroups(
  trx: WorkspaceTransaction,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, UserRow['groups']>> {
  if (userIds.length === 0) return new Map()
  const { rows } = await sql<UserRow['groups'][number] & { user_id: string }>`
    select held.user_id, g.id, g.display_name as display, held.is_direct as "isDirect"
    from ${groupsOfUsers(sql`${trx.workspaceId}`, sql`${userIds}`)} as held
    join directory_groups as g on g.workspace_id = ${trx.workspaceId} and g.id = held.group_id
    order by g.id`.execute(trx.prepared)
  return Map.groupBy(rows, (row) => row.user_id)
}

/** Lists users that are not deleted. */
export async function listUsers(
  trx: WorkspaceTransaction,
  baseUrl: string,
  list: Pick<RowList, 'connectionId' | 'sort' | 'page'> & {
    filter: ResolvedFilter | undefined
    relations: UserRelations
  },
): Promise<RowPage<UserRow>> {
  const page = await listRows<FoundUser>(trx, {
    ...list,
    table: 'directory_users',
    columns: userColumns(baseUrl, list.connectionId),
    extra: accessOf(list.relations),
    extraOfFew: sql`${accessOf(list.relations)}${groupsIf(list.relations)}`,
    keys: userKeys,
  })
  return { ...page, rows: await addRelated(trx, list.connectionId, page.rows, list.relations) }
}

/** Groups are undefined where they have not been read yet. */
type FoundUser = Omit<UserRow, 'manager' | 'groups'> & Partial<Pick<UserRow, 'groups'>>

/** Reads groups and managers of all users of a page at once: row by row they would cost most of it. */
async function addRelated(
  trx: WorkspaceTransaction,
  connectionId: string,
  users: readonly FoundUser[],
  relations: UserRelations,
): Promise<UserRow[]> {
  const withoutGroups = relations.groups
    ? users.flatMap((user) => (user.groups === undefined ? [user.id] : []))
    : []
  const managerIds = relations.manager
    ? users.flatMap((user) => managerIdOf(user.resource) ?? [])
    : []
  const [groups, managers] = await Promise.all([
    findGroups(trx, withoutGroups),
    findManagers(trx, connectionId, managerIds),
  ])
  return users.map((user) => ({
    ...user,
    groups: user.groups ?? groups.get(user.id) ?? [],
    manager: managers.get(managerIdOf(user.resource) ?? '') ?? null,
  }))
}

async function findManagers(
  trx: WorkspaceTransaction,
  connectionId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, UserRow['manager']>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; display: string }>`
    select m.id, coalesce(m.display_name, m.user_name) as display from directory_users as m
    where m.workspace_id = ${trx.workspaceId} and m.connection_id = ${connectionId}
      and m.id = any((select ${ids}::uuid[])::uuid[]) and m.deleted_at is null`.execute(
    trx.prepared,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

function groupsIf({ groups }: UserRelations): RawBuilder<unknown> {
  if (!groups) return sql``
  return sql`, (
    select coalesce(json_agg(
      json_build_object('id', g.id, 'display', g.display_name, 'isDirect', held.is_direct) order by g.id), '[]')
    from ${groupsOfUser(sql`r.workspace_id`, sql`r.id`)} as held
    join directory_groups as g on g.workspace_id = r.workspace_id and g.id = held.group_id) as groups`
}

function accessOf({ effectiveAccess }: UserRelations): RawBuilder<unknown> {
  return sql`, ${effectiveAccess ? effectiveAccessOfUser : sql`null::json`} as effective_access`
}
