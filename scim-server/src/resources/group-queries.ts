import { IdList, isId, type WorkspaceTransaction } from '@plantel/db'
import { GroupMemberList } from '@plantel/team'
import { type RawBuilder, sql } from 'kysely'

import { requireAttribute } from '../protocol/attribute.ts'
import type { ResolvedFilter } from '../protocol/filter.ts'
import { elementFilterToSql } from '../query/filter-to-sql.ts'
import { listRows, type RowList, type RowPage } from '../query/list-rows.ts'
import { relationColumns } from '../query/resource-columns.ts'
import { groupColumns, groupKeys, membersOfGroup } from './group-columns.ts'
import { type GroupMapping, selectMappings } from './group-mappings.ts'
import type { MemberOfGroup } from './group-resource.ts'
import { groupModel } from './resource-models.ts'
import type { ResourceRow } from './stored-resource.ts'

/** A group with its first members, if those were asked for. */
export interface GroupRow extends ResourceRow {
  readonly members: readonly MemberOfGroup[]
  /** Empty when they were not asked for. */
  readonly mappings: readonly GroupMapping[]
}

/** Which rows beside a group's own a response shows. */
export interface GroupRelations {
  /** How many members to read; 0 when the response holds none. */
  readonly memberLimit: number
  readonly mappings: boolean
}

/** Reads a group that is not deleted. */
export async function findGroup(
  trx: WorkspaceTransaction,
  connectionId: string,
  id: string,
  relations: GroupRelations,
): Promise<GroupRow | undefined> {
  if (!isId(id)) return undefined
  const { rows } = await sql<GroupRow>`
    select r.*${relatedTo(relations)} from directory_groups as r
    where r.workspace_id = ${trx.workspaceId} and r.connection_id = ${connectionId}
      and r.id = ${id} and r.deleted_at is null`.execute(trx.query)
  return rows[0]
}

/** Lists groups that are not deleted. */
export async function listGroups(
  trx: WorkspaceTransaction,
  baseUrl: string,
  list: Pick<RowList, 'connectionId' | 'filter' | 'sort' | 'page'> & { relations: GroupRelations },
): Promise<RowPage<GroupRow>> {
  return listRows<GroupRow>(trx, {
    ...list,
    table: 'directory_groups',
    columns: groupColumns(baseUrl),
    extra: relatedTo(list.relations),
    keys: groupKeys,
  })
}

/** The members whose ids come after one, in order of ids. */
export async function findMembersOfGroup(
  trx: WorkspaceTransaction,
  groupId: string,
  afterId: string | undefined,
  limit: number,
): Promise<readonly MemberOfGroup[]> {
  const { rows } = await sql<MemberOfGroup>`
    select chosen.id, ${displayOf} as display, ${isGroup} as "isGroup"
    from ${chosenMembers(sql`${trx.workspaceId}`, sql`${groupId}`, afterId, limit)}
    order by chosen.id`.execute(trx.query)
  return rows
}

/** The members that satisfy the filter of a value path. */
export async function findMatchingMembers(
  trx: WorkspaceTransaction,
  groupId: string,
  filter: ResolvedFilter,
  baseUrl: string,
): Promise<GroupMemberList> {
  const members = membersOfGroup(baseUrl)
  const column = relationColumns(requireAttribute(groupModel, 'members'), members)
  const ids = sql`
    select gm.member_id as id from ${members.from}
    where gm.workspace_id = ${trx.workspaceId} and gm.group_id = ${groupId}
      and ${elementFilterToSql(filter, column)}`
  return GroupMemberList.ofIds(await IdList.read(trx.query, ids))
}

function relatedTo({ memberLimit, mappings }: GroupRelations): RawBuilder<unknown> {
  return sql`${firstMembers(memberLimit)}, ${mappings ? selectMappings : sql`'[]'::json`} as mappings`
}

function firstMembers(limit: number): RawBuilder<unknown> {
  if (limit === 0) return sql`, '[]'::json as members`
  return sql`, (
    select coalesce(json_agg(
      json_build_object('id', chosen.id, 'display', ${displayOf}, 'isGroup', ${isGroup}) order by chosen.id), '[]')
    from ${chosenMembers(sql`r.workspace_id`, sql`r.id`, undefined, limit)}) as members`
}

const displayOf = sql`coalesce(u.display_name, u.user_name, g.display_name)`
const isGroup = sql`g.id is not null`

/** The page first, then the joins: the other way round the planner walks all users. */
function chosenMembers(
  workspaceId: RawBuilder<unknown>,
  groupId: RawBuilder<unknown>,
  afterId: string | undefined,
  limit: number,
): RawBuilder<unknown> {
  const pageOf = (table: string, column: string): RawBuilder<unknown> => {
    const id = sql.ref(`m.${column}`)
    const after = afterId === undefined ? sql`` : sql`and ${id} > ${afterId}`
    return sql`(
      select m.workspace_id, ${id} as id from ${sql.table(table)} as m
      where m.workspace_id = ${workspaceId} and m.group_id = ${groupId} ${after}
      order by ${id} limit ${limit})`
  }
  return sql`(
    select users.workspace_id, users.id from ${pageOf('directory_group_members', 'user_id')} as users
    union all
    select children.workspace_id, children.id from ${pageOf('directory_group_children', 'child_id')} as children
    order by 2 limit ${limit}
  ) as chosen
  left join directory_users as u on u.workspace_id = chosen.workspace_id and u.id = chosen.id
  left join directory_groups as g on g.workspace_id = chosen.workspace_id and g.id = chosen.id`
}
