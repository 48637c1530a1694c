/** What membership in a group gives, for the Plantel Group extension. */
import { type RawBuilder, sql } from 'kysely'

import { emptyObject, isObject, type Resource } from '../protocol/resource.ts'
import type { Column } from '../query/column.ts'
import type { Relation } from '../query/resource-columns.ts'
import { plantelGroupSchemaId } from '../schemas/plantel-group-schema.ts'

/** The canonical path of the attribute. */
export const mappingsPath: string = `${plantelGroupSchemaId}:mappings`

/** One thing that the members of a group get. */
export interface GroupMapping {
  readonly type: 'role' | 'department' | 'channel' | 'supervisor'
  /** Key of a role or channel, name of a department, `all` of a supervisor's right. */
  readonly value: string
}

const value = sql`(coalesce(
  (select role.key from roles as role
    where role.workspace_id = given.workspace_id and role.id = given.role_id),
  (select d.name from departments as d
    where d.workspace_id = given.workspace_id and d.id = given.department_id),
  (select c.key from channels as c
    where c.workspace_id = given.workspace_id and c.id = given.channel_id),
  'all') collate "C")`

const from = sql`mapping_rules as rule
  join mapping_rule_grants as given
    on given.workspace_id = rule.workspace_id and given.rule_id = rule.id`

const belongs = sql`rule.workspace_id = r.workspace_id and rule.group_id = r.id`

/** Where a filter finds them. */
export const mappingsOfGroup: Relation = {
  from,
  belongs,
  columns: new Map<string, Column>([
    [`${mappingsPath}.value`, { kind: 'text', sql: value, folded: false }],
    [`${mappingsPath}.type`, { kind: 'text', sql: sql`(given.kind collate "C")`, folded: true }],
  ]),
}

/** A `json` list of {@link GroupMapping} for the group `r`. */
export const selectMappings: RawBuilder<unknown> = sql`(
  select coalesce(json_agg(mapping order by mapping.type, mapping.value), '[]')
  from (select distinct given.kind as type, ${value} as value from ${from} where ${belongs}) as mapping)`

/** Puts the mappings into the extension of a group; a group without any has none. */
export function placeMappings(resource: Resource, mappings: readonly GroupMapping[]): void {
  if (mappings.length === 0) return
  const stored = resource[plantelGroupSchemaId]
  const extension = isObject(stored) ? stored : emptyObject()
  extension['mappings'] = mappings.map(({ value: given, type }) =>
    Object.assign(emptyObject(), { value: given, type }),
  )
  resource[plantelGroupSchemaId] = extension
  const { schemas } = resource
  if (Array.isArray(schemas) && !schemas.includes(plantelGroupSchemaId)) {
    resource['schemas'] = [...(schemas as readonly string[]), plantelGroupSchemaId]
  }
}
