import { type RawBuilder, sql } from 'kysely'

import { fold } from '../protocol/fold.ts'
import type { Column } from '../query/column.ts'
import type { ResourceColumns } from '../query/filter-to-sql.ts'
import { metaColumns, type Relation, resourceColumns } from '../query/resource-columns.ts'
import { mappingsOfGroup, mappingsPath } from './group-mappings.ts'

const ownColumns: readonly (readonly [string, Column])[] = [
  ['id', { kind: 'uuid', sql: sql`r.id`, folded: false }],
  ['externalId', { kind: 'text', sql: sql`r.external_id`, folded: false }],
  ['displayName', { kind: 'text', sql: sql`r.display_key`, folded: true }],
]

/** The paths that a group's search document leaves out, because columns hold them. */
export const groupPathsInColumns: ReadonlySet<string> = new Set(ownColumns.map(([path]) => path))

/** Attributes by which an index finds one group, or few. */
export const groupKeys: ReadonlyMap<string, 'one' | 'few'> = new Map([
  ['id', 'one'],
  ['externalId', 'few'],
  ['displayName', 'few'],
  ['members.value', 'few'],
])

/** Where a filter finds the attributes of a row of `directory_groups as r`. */
export function groupColumns(baseUrl: string): ResourceColumns {
  return resourceColumns({
    columns: new Map([...ownColumns, ...metaColumns('Group', `${baseUrl}/Groups/`)]),
    relations: new Map([
      ['members', membersOfGroup(baseUrl)],
      [mappingsPath, mappingsOfGroup],
    ]),
  })
}

/** Users and groups as rows `(workspace_id, group_id, member_id, type)`. */
export const memberRows: RawBuilder<unknown> = sql`(
  select m.workspace_id, m.group_id, m.user_id as member_id, 'user'::text collate "C" as type
  from directory_group_members as m
  union all
  select c.workspace_id, c.group_id, c.child_id, 'group' from directory_group_children as c)`

/** The members of a group `r`, as rows `gm`. */
export function membersOfGroup(baseUrl: string): Relation {
  const collection = sql`case gm.type when 'user' then ${fold(`${baseUrl}/Users/`)}::text else ${fold(`${baseUrl}/Groups/`)}::text end`
  const reference = sql`((${collection} || gm.member_id::text) collate "C")`
  const display = sql`coalesce((
    select coalesce(u.display_key, u.user_name_key) from directory_users as u
    where u.workspace_id = gm.workspace_id and u.id = gm.member_id
  ), (
    select g.display_key from directory_groups as g
    where g.workspace_id = gm.workspace_id and g.id = gm.member_id))`
  return {
    from: sql`${memberRows} as gm`,
    belongs: sql`gm.workspace_id = r.workspace_id and gm.group_id = r.id`,
    columns: new Map<string, Column>([
      ['members.value', { kind: 'uuid', sql: sql`gm.member_id`, folded: true }],
      ['members.$ref', { kind: 'text', sql: reference, folded: true }],
      ['members.display', { kind: 'text', sql: display, folded: true }],
      ['members.type', { kind: 'text', sql: sql`gm.type`, folded: true }],
    ]),
  }
}
