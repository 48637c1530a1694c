import { sql } from 'kysely'

import { fold } from '../protocol/fold.ts'
import type { Column } from '../query/column.ts'
import type { ResourceColumns } from '../query/filter-to-sql.ts'
import { metaColumns, type Relation, resourceColumns, urlOf } from '../query/resource-columns.ts'
import { mappingsOfGroup, mappingsPath } from './group-mappings.ts'

const ownColumns: readonly (readonly [string, Column])[] = [
  ['id', { kind: 'uuid', sql: sql`r.id`, folded: false }],
  ['externalId', { kind: 'text', sql: sql`r.external_id`, folded: false }],
  ['displayName', { kind: 'text', sql: sql`r.display_key`, folded: true }],
]

/** The paths that a group's search document leaves out, because columns hold them. */
export const groupPathsInColumns: ReadonlySet<string> = new Set(ownColumns.map(([path]) => path))

/** Attributes by which an index finds few groups. */
export const groupKeys: ReadonlySet<string> = new Set([
  'id',
  'externalId',
  'displayName',
  'members.value',
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

/** The members of a group `r`, as rows `gm`. */
export function membersOfGroup(baseUrl: string): Relation {
  const reference = sql`((${urlOf(fold(`${baseUrl}/Users/`), sql`gm.user_id`)}) collate "C")`
  const display = sql`(
    select coalesce(u.display_key, u.user_name_key) from directory_users as u
    where u.workspace_id = gm.workspace_id and u.id = gm.user_id)`
  return {
    from: sql`directory_group_members as gm`,
    belongs: sql`gm.workspace_id = r.workspace_id and gm.group_id = r.id`,
    columns: new Map<string, Column>([
      ['members.value', { kind: 'uuid', sql: sql`gm.user_id`, folded: true }],
      ['members.$ref', { kind: 'text', sql: reference, folded: true }],
      ['members.display', { kind: 'text', sql: display, folded: true }],
      ['members.type', { kind: 'text', sql: sql`('user'::text collate "C")`, folded: true }],
    ]),
  }
}
