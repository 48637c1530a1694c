/** What the workspace made of a directory user, for the Plantel User extension. */
import { type RawBuilder, sql } from 'kysely'

import { emptyObject, isObject, type Resource } from '../protocol/resource.ts'
import type { Column } from '../query/column.ts'
import type { Relation } from '../query/resource-columns.ts'
import { plantelUserSchemaId } from '../schemas/plantel-user-schema.ts'

/** Canonical paths of the two attributes. */
export const effectivePaths: { readonly role: string; readonly departments: string } = {
  role: `${plantelUserSchemaId}:effectiveRole`,
  departments: `${plantelUserSchemaId}:effectiveDepartments`,
}

/** The access of the member whom a directory user is linked to. */
export interface EffectiveAccess {
  /** Key of the role; null is no access. */
  readonly role: string | null
  /** Names, in the order of their folded names. */
  readonly departments: readonly string[]
}

/** A `json` of {@link EffectiveAccess} for the user `r`; null when nobody is linked to them. */
export const effectiveAccessOfUser: RawBuilder<unknown> = sql`(
  select json_build_object(
    'role', (select role.key from roles as role
      where role.workspace_id = m.workspace_id and role.id = m.role_id),
    'departments', coalesce((
      select json_agg(d.name order by d.name_key) from departments as d
      where d.workspace_id = m.workspace_id and d.id in (
        select g.department_id from grants as g
        where g.workspace_id = m.workspace_id and g.member_id = m.id and g.effective)), '[]'))
  from members as m
  where m.workspace_id = r.workspace_id and m.directory_user_id = r.id)`

/** Where a filter finds the role. */
export const effectiveRoleColumn: Column = {
  kind: 'text',
  sql: sql`((
    select role.key from members as m
    join roles as role on role.workspace_id = m.workspace_id and role.id = m.role_id
    where m.workspace_id = r.workspace_id and m.directory_user_id = r.id) collate "C")`,
  folded: false,
}

/** Where a filter finds the departments. */
export const effectiveDepartmentsOfUser: Relation = {
  from: sql`members as m
    join grants as g on g.workspace_id = m.workspace_id and g.member_id = m.id and g.effective
    join departments as d on d.workspace_id = g.workspace_id and d.id = g.department_id`,
  belongs: sql`m.workspace_id = r.workspace_id and m.directory_user_id = r.id`,
  columns: new Map<string, Column>([
    [
      `${effectivePaths.departments}.value`,
      { kind: 'text', sql: sql`(d.name_key collate "C")`, folded: true },
    ],
  ]),
}

/** Puts the access into the extension of a user; a user without any has none. */
export function placeEffectiveAccess(resource: Resource, access: EffectiveAccess | null): void {
  if (access === null || (access.role === null && access.departments.length === 0)) return
  const stored = resource[plantelUserSchemaId]
  const extension = isObject(stored) ? stored : emptyObject()
  if (access.role !== null) extension['effectiveRole'] = access.role
  if (access.departments.length > 0) extension['effectiveDepartments'] = access.departments
  resource[plantelUserSchemaId] = extension
  const { schemas } = resource
  // MUST: `schemas` names the schema of every attribute that is shown.
  if (Array.isArray(schemas) && !schemas.includes(plantelUserSchemaId)) {
    resource['schemas'] = [...(schemas as readonly string[]), plantelUserSchemaId]
  }
}
