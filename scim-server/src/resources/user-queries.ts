import { isId, type WorkspaceTransaction } from '@plantel/db'
import { groupsOfUser } from '@plantel/team'
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
  const [{ rows }, groups] = await Promise.all([
    sql<Omit<FoundUser, 'groups'>>`
      select ${rowColumns}${accessOf(relations)} from directory_users as r
      where r.workspace_id = ${trx.workspaceId} and r.connection_id = ${connectionId}
        and r.id = ${id} and r.deleted_at is null`.execute(trx.prepared),
    relations.groups ? findGroups(trx, id) : [],
  ])
  const found = rows.map((row) => ({ ...row, groups }))
  const [user] = await addManagers(trx, connectionId, found, relations)
  return user
}

/** The groups of a user, in order of their ids. */
export async function findGroups(
  trx: WorkspaceTransaction,
  userId: string,
): Promise<UserRow['groups']> {
  const { rows } = await sql<UserRow['groups'][number]>`
    select g.id, g.display_name as display, held.is_direct as "isDirect"
    from ${groupsOfUser(sql`${trx.workspaceId}`, sql`${userId}`)} as held
    join directory_groups as g on g.workspace_id = ${trx.workspaceId} and g.id = held.group_id
    order by g.id`.execute(trx.prepared)
  return rows
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
    columns: userColumns(baseUrl),
    extra: relatedTo(list.relations),
    keys: userKeys,
  })
  const rows = await addManagers(trx, list.connectionId, page.rows, list.relations)
  return { ...page, rows }
}

type FoundUser = Omit<UserRow, 'manager'>

/** Few name a manager who is a user, so that looking for them row by row would cost more than once for all. */
async function addManagers(
  trx: WorkspaceTransaction,
  connectionId: string,
  users: readonly FoundUser[],
  { manager: isShown }: UserRelations,
): Promise<UserRow[]> {
  const ids = isShown ? users.flatMap((user) => managerIdOf(user.resource) ?? []) : []
  const managers = new Map(
    (await findManagers(trx, connectionId, ids)).map((each) => [each.id, each]),
  )
  return users.map((user) => ({
    ...user,
    manager: managers.get(managerIdOf(user.resource) ?? '') ?? null,
  }))
}

async function findManagers(
  trx: WorkspaceTransaction,
  connectionId: string,
  ids: readonly string[],
): Promise<{ id: string; display: string }[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<{ id: string; display: string }>`
    select m.id, coalesce(m.display_name, m.user_name) as display from directory_users as m
    where m.workspace_id = ${trx.workspaceId} and m.connection_id = ${connectionId}
      and m.id = any((select ${ids}::uuid[])::uuid[]) and m.deleted_at is null`.execute(
    trx.prepared,
  )
  return rows
}

function relatedTo(relations: UserRelations): RawBuilder<unknown> {
  const groupList = sql`(
    select coalesce(json_agg(
      json_build_object('id', g.id, 'display', g.display_name, 'isDirect', held.is_direct) order by g.id), '[]')
    from ${groupsOfUser(sql`r.workspace_id`, sql`r.id`)} as held
    join directory_groups as g on g.workspace_id = r.workspace_id and g.id = held.group_id)`
  return sql`, ${relations.groups ? groupList : sql`'[]'::json`} as groups${accessOf(relations)}`
}

function accessOf({ effectiveAccess }: UserRelations): RawBuilder<unknown> {
  return sql`, ${effectiveAccess ? effectiveAccessOfUser : sql`null::json`} as effective_access`
}
