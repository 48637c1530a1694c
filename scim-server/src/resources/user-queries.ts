import { isId, type WorkspaceTransaction } from '@plantel/db'
import { groupsOfUser } from '@plantel/team'
import { type RawBuilder, sql } from 'kysely'

import type { ResolvedFilter } from '../protocol/filter.ts'
import { listRows, type RowList, type RowPage } from '../query/list-rows.ts'
import { effectiveAccessOfUser } from './effective-access.ts'
import { managerOfUser, userColumns, userKeys } from './user-columns.ts'
import type { UserRow } from './user-resource.ts'

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
  const { rows } = await sql<UserRow>`
    select r.*${relatedTo(relations)} from directory_users as r
    where r.workspace_id = ${trx.workspaceId} and r.connection_id = ${connectionId}
      and r.id = ${id} and r.deleted_at is null`.execute(trx.query)
  return rows[0]
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
  return listRows<UserRow>(trx, {
    ...list,
    table: 'directory_users',
    columns: userColumns(baseUrl),
    extra: relatedTo(list.relations),
    keys: userKeys,
  })
}

function relatedTo({ groups, manager, effectiveAccess }: UserRelations): RawBuilder<unknown> {
  const groupList = sql`(
    select coalesce(json_agg(
      json_build_object('id', g.id, 'display', g.display_name, 'isDirect', held.is_direct) order by g.id), '[]')
    from ${groupsOfUser(sql`r.workspace_id`, sql`r.id`)} as held
    join directory_groups as g on g.workspace_id = r.workspace_id and g.id = held.group_id)`
  const managerObject = managerOfUser(
    sql`json_build_object('id', m.id, 'display', coalesce(m.display_name, m.user_name))`,
  )
  return sql`, ${groups ? groupList : sql`'[]'::json`} as groups,
    ${manager ? managerObject : sql`null::json`} as manager,
    ${effectiveAccess ? effectiveAccessOfUser : sql`null::json`} as effective_access`
}
