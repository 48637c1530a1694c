import { membershipRows } from '@plantel/team'
import { type RawBuilder, sql } from 'kysely'

import { fold } from '../protocol/fold.ts'
import type { Column } from '../query/column.ts'
import type { ResourceColumns } from '../query/filter-to-sql.ts'
import {
  type ColumnMap,
  metaColumns,
  type Relation,
  resourceColumns,
  urlOf,
} from '../query/resource-columns.ts'
import { enterpriseUserSchema } from '../schemas/enterprise-user-schema.ts'
import {
  effectiveDepartmentsOfUser,
  effectivePaths,
  effectiveRoleColumn,
} from './effective-access.ts'

const ownColumns: ReadonlyMap<string, Column> = new Map([
  ['id', { kind: 'uuid', sql: sql`r.id`, folded: false }],
  ['externalId', { kind: 'text', sql: sql`r.external_id`, folded: false }],
  ['userName', { kind: 'text', sql: sql`r.user_name_key`, folded: true }],
  ['displayName', { kind: 'text', sql: sql`r.display_key`, folded: true }],
  ['active', { kind: 'boolean', sql: sql`r.active` }],
])

/** The paths that a user's search document leaves out, because columns hold them. */
export const userPathsInColumns: ReadonlySet<string> = new Set(ownColumns.keys())

/** Attributes by which an index finds one user, or few. */
export const userKeys: ReadonlyMap<string, 'one' | 'few'> = new Map([
  ['id', 'one'],
  ['userName', 'one'],
  ['externalId', 'few'],
  ['emails.value', 'few'],
  ['groups.value', 'few'],
])

/** `primary` is not here: the search document has it as the directory sent it. */
const emails: Relation = {
  from: sql`directory_user_emails as e`,
  belongs: sql`e.workspace_id = r.workspace_id and e.user_id = r.id`,
  columns: new Map<string, Column>([
    ['emails.value', { kind: 'text', sql: sql`e.value_key`, folded: true }],
    ['emails.type', { kind: 'text', sql: sql`(e.type collate "C")`, folded: true }],
  ]),
}

/** Where a filter finds the attributes of a row of `directory_users as r`, which is of this connection. */
export function userColumns(baseUrl: string, connectionId: string): ResourceColumns {
  const own = (path: string): Column | undefined => ownColumn(path, connectionId)
  let others: ResourceColumns | undefined
  // Most filters look at a column of the user's own: what the rest is made of is only made for who asks.
  const all = (): ResourceColumns => (others ??= resourceColumns(otherColumns(baseUrl)))
  return {
    column: (target) => own((target.subAttribute ?? target.attribute).path) ?? all().column(target),
    elements: (attribute, reads) => all().elements(attribute, reads),
  }
}

function otherColumns(baseUrl: string): ColumnMap {
  return {
    columns: new Map([
      ...metaColumns('User', `${baseUrl}/Users/`),
      ...managerColumns(`${baseUrl}/Users/`),
      [effectivePaths.role, effectiveRoleColumn],
    ]),
    relations: new Map([
      ['emails', emails],
      ['groups', groupsOfUser(`${baseUrl}/Groups/`)],
      [effectivePaths.departments, effectiveDepartmentsOfUser],
    ]),
  }
}

function ownColumn(path: string, connectionId: string): Column | undefined {
  const column = ownColumns.get(path)
  if (column?.kind !== 'text' || (path !== 'userName' && path !== 'displayName')) return column
  return {
    ...column,
    isLike: (pattern) => sql`r.id in (
      select found.id from search_directory_users(${connectionId}, ${path}, ${pattern}) as found (id))`,
  }
}

/** The manager of a user `r`, as `m`, if they are a user of the same connection. */
function managerOfUser(expression: RawBuilder<unknown>): RawBuilder<unknown> {
  const path = [enterpriseUserSchema.id, 'manager', 'value']
  const value = sql`(r.resource #>> ${path}::text[])`
  // The value is any text: the cast must not see what is no id.
  return sql`(
    select ${expression} from directory_users as m
    where m.workspace_id = r.workspace_id and m.connection_id = r.connection_id
      and m.deleted_at is null
      and m.id = case when ${value} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then ${value}::uuid end)`
}

function managerColumns(location: string): readonly (readonly [string, Column])[] {
  const reference = managerOfUser(urlOf(fold(location), sql`m.id`))
  const name = managerOfUser(sql`coalesce(m.display_key, m.user_name_key)`)
  const manager = `${enterpriseUserSchema.id}:manager`
  return [
    [`${manager}.$ref`, { kind: 'text', sql: sql`(${reference} collate "C")`, folded: true }],
    [`${manager}.displayName`, { kind: 'text', sql: sql`(${name} collate "C")`, folded: true }],
  ]
}

function groupsOfUser(location: string): Relation {
  const reference = sql`((${urlOf(fold(location), sql`gm.group_id`)}) collate "C")`
  return {
    from: sql`${membershipRows} as gm
      join directory_groups as g on g.workspace_id = gm.workspace_id and g.id = gm.group_id`,
    belongs: sql`gm.workspace_id = r.workspace_id and gm.user_id = r.id`,
    columns: new Map<string, Column>([
      ['groups.value', { kind: 'uuid', sql: sql`gm.group_id`, folded: true }],
      ['groups.$ref', { kind: 'text', sql: reference, folded: true }],
      ['groups.display', { kind: 'text', sql: sql`g.display_key`, folded: true }],
      ['groups.type', { kind: 'text', sql: sql`gm.type`, folded: true }],
    ]),
  }
}
