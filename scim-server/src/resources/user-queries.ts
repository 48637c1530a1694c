import { isId, type WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import type { ResolvedFilter } from '../protocol/filter.ts'
import { listRows, type RowList, type RowPage } from '../query/list-rows.ts'
import type { ResourceRow } from './stored-resource.ts'
import { userColumns, userKeys } from './user-columns.ts'
import type { GroupOfUser } from './user-resource.ts'

/** A user with the groups they are in, if those were asked for. */
export interface UserRow extends ResourceRow {
  readonly groups: readonly GroupOfUser[]
}

/** Reads a user that is not deleted. */
export async function findUser(
  trx: WorkspaceTransaction,
  connectionId: string,
  id: string,
  withGroups: boolean,
): Promise<UserRow | undefined> {
  if (!isId(id)) return undefined
  const { rows } = await sql<UserRow>`
    select r.*${groupsOf(withGroups)} from directory_users as r
    where r.workspace_id = ${trx.workspaceId} and r.connection_id = ${connectionId}
      and r.id = ${id} and r.deleted_at is null`.execute(trx.query)
  return rows[0]
}

/** The groups that a user is a direct member of, by id. */
export async function findGroupsOfUser(
  trx: WorkspaceTransaction,
  userId: string,
): Promise<readonly GroupOfUser[]> {
  const { rows } = await sql<GroupOfUser>`
    select g.id, g.display_name as display from directory_group_members as gm
    join directory_groups as g on g.workspace_id = gm.workspace_id and g.id = gm.group_id
    where gm.workspace_id = ${trx.workspaceId} and gm.user_id = ${userId} order by g.id`.execute(
    trx.query,
  )
  return rows
}

/** Lists users that are not deleted. */
export async function listUsers(
  trx: WorkspaceTransaction,
  baseUrl: string,
  list: Pick<RowList, 'connectionId' | 'sort' | 'page'> & {
    filter: ResolvedFilter | undefined
    withGroups: boolean
  },
): Promise<RowPage<UserRow>> {
  return listRows<UserRow>(trx, {
    ...list,
    table: 'directory_users',
    columns: userColumns(baseUrl),
    extra: groupsOf(list.withGroups),
    keys: userKeys,
  })
}

function groupsOf(wanted: boolean): RawBuilder<unknown> {
  if (!wanted) return sql`, '[]'::json as groups`
  return sql`, (
    select coalesce(json_agg(json_build_object('id', g.id, 'display', g.display_name) order by g.id), '[]')
    from directory_group_members as gm
    join directory_groups as g on g.workspace_id = gm.workspace_id and g.id = gm.group_id
    where gm.workspace_id = r.workspace_id and gm.user_id = r.id) as groups`
}
