import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import type { MemberFilter } from './member-list.ts'
import type { RolePattern, SearchPatterns } from './member-search.ts'

/** For `roleId`: those without a role. */
export const noRole = 'none'

/** What the filter says of a member under the name `m`, the search apart. */
export function memberConditions(
  { workspaceId }: WorkspaceTransaction,
  filter: MemberFilter,
): RawBuilder<boolean> {
  const { state, roleId, departmentId, channelId, ids } = filter
  const conditions: RawBuilder<unknown>[] = [sql`m.workspace_id = ${workspaceId}`, sql`m.is_listed`]
  if (state !== undefined) conditions.push(sql`m.state = ${state}`)
  if (roleId === noRole) conditions.push(sql`m.role_id is null`)
  else if (roleId !== undefined) conditions.push(sql`m.role_id = ${roleId}`)
  if (departmentId !== undefined) conditions.push(holds(sql`held.department_id`, departmentId))
  if (channelId !== undefined) conditions.push(holds(sql`held.channel_id`, channelId))
  if (filter.source !== undefined) conditions.push(sql`m.source = ${filter.source}`)
  if (filter.conversationAccess !== undefined) {
    conditions.push(sql`m.conversation_access = ${filter.conversationAccess}`)
  }
  if (filter.activeSince !== undefined) conditions.push(sql`${activity} >= ${filter.activeSince}`)
  if (filter.notActiveSince !== undefined) {
    conditions.push(sql`${activity} < ${filter.notActiveSince}`)
  }
  if (ids !== undefined) conditions.push(sql`m.id = any(${[...ids]}::uuid[])`)
  return sql<boolean>`(${sql.join(conditions, sql` and `)})`
}

/** The moment of the last activity as an index has it: never is before every moment. */
export const activity: RawBuilder<Date> = sql<Date>`coalesce(m.last_active_at, '-infinity'::timestamptz)`

function holds(column: RawBuilder<unknown>, valueId: string): RawBuilder<unknown> {
  return sql`exists (select from grants held where held.workspace_id = m.workspace_id
    and held.member_id = m.id and ${column} = ${valueId} and held.effective)`
}

/** Whether the filter says nothing but what is searched for. */
export function isUnfiltered(filter: MemberFilter): boolean {
  const { search: _, ...others } = filter
  return Object.values(others).every((value) => value === undefined)
}

/** What is read of those whom a search finds: their ids and names, or all that lists filter and sort by. */
type FoundReads = 'names' | 'everything'

const foundColumns = {
  names: sql.raw('f.workspace_id, f.id, f.display_key'),
  everything: sql.raw(
    'f.workspace_id, f.id, f.display_key, f.state, f.role_id, f.source, f.conversation_access, f.last_active_at',
  ),
}

/** Those whom the search finds by the trigrams; at most so many. Names cost no look at the members themselves. */
export function foundMembers(
  { workspaceId }: WorkspaceTransaction,
  { part, wordStart, digits, role }: SearchPatterns,
  atMost: number | null,
  reads: FoundReads,
): RawBuilder<unknown> {
  const columns = foundColumns[reads]
  const search = sql.raw(reads === 'names' ? 'search_member_names' : 'search_members')
  const byText = sql`select ${columns}, true as is_listed
    from ${search}(${part}, ${wordStart}, ${digits}, ${atMost}::integer) f`
  if (role === null) return byText
  return sql`${byText} union all
    (select ${columns}, f.is_listed from members f where f.workspace_id = ${workspaceId} and f.is_listed
      and f.id = any(${holdersOfNamed(workspaceId, role)})
      and f.search_key not like coalesce(${part}, '') and coalesce(f.phone_digits not like ${digits}, true)
      limit ${atMost}::integer)`
}

/** As an array, and role by role: nobody but them is looked at, whatever the planner believes about how many they are. */
function holdersOfNamed(workspaceId: string, role: RolePattern): RawBuilder<unknown> {
  return sql`array(select holder.member_id from unnest(${rolesNamed(workspaceId, role)}) as named (id)
    cross join lateral (select g.member_id from grants g
      where g.workspace_id = ${workspaceId} and g.role_id = named.id and g.effective offset 0) holder)`
}

/** The search as a condition on `m`, for walking a list in its order. */
export function searchCondition(
  { workspaceId }: WorkspaceTransaction,
  { part, wordStart, digits, role }: SearchPatterns,
): RawBuilder<boolean> {
  const either: RawBuilder<unknown>[] = []
  if (part !== null) either.push(sql`m.search_key like ${part}`)
  if (wordStart !== null) either.push(sql`m.search_key ~ ${wordStart}`)
  if (digits !== null) either.push(sql`m.phone_digits like ${digits}`)
  if (role !== null) either.push(sql`m.role_id = any(${rolesNamed(workspaceId, role)})`)
  return sql<boolean>`(${sql.join(either, sql` or `)})`
}

/** Without case and accents, as `nameKey` compares. Few enough to be folded as they are read. */
function rolesNamed(workspaceId: string, { part, presets }: RolePattern): RawBuilder<unknown> {
  return sql`array(select r.id from roles r where r.workspace_id = ${workspaceId}
    and (lower(regexp_replace(normalize(r.name, nfkd), '[\u0300-\u036f]', '', 'g')) like ${part}
      or r.key || ' ' || r.name = any(${[...presets]}::text[])))`
}
