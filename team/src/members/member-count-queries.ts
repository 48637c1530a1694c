import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { foundMembers, isUnfiltered, memberConditions, noRole } from './member-filter.ts'
import type { MemberFilter } from './member-list.ts'
import type { ListedState } from './member-order.ts'
import type { SearchPatterns } from './member-search.ts'

/** How many members there are of each kind, removed ones apart. */
export interface MemberFacets {
  total: number
  states: Record<'invited' | 'active' | 'suspended', number>
  /** Without a role. */
  noAccess: number
  /** By id; what nobody has is left out. */
  roles: Record<string, number>
  departments: Record<string, number>
  channels: Record<string, number>
}

/** How many match: a sum of counters where state and role decide alone, else counted. */
export function memberCount(
  trx: WorkspaceTransaction,
  filter: MemberFilter,
  patterns: SearchPatterns | undefined,
): RawBuilder<number> {
  if (patterns === undefined && isCounted(filter)) {
    return sql<number>`(select coalesce(sum(c.n), 0)::int from member_counts c where ${countedOnes(trx, filter)})`
  }
  const reads = isUnfiltered(filter) ? 'names' : 'everything'
  const from =
    patterns === undefined ? sql`members` : sql`(${foundMembers(trx, patterns, null, reads)})`
  return sql<number>`(select count(*)::int from ${from} m where ${memberConditions(trx, filter)})`
}

/** How many of those who match have one state and one role. */
export interface MembersOfKind {
  state: ListedState
  /** The rank of their role; null without one. */
  rank: number | null
  n: number
}

/** How many match of each state and role: a sum of counters where these decide alone, else counted. */
export async function countMembersByKind(
  trx: WorkspaceTransaction,
  filter: MemberFilter,
  patterns: SearchPatterns | undefined,
): Promise<MembersOfKind[]> {
  const from =
    patterns === undefined
      ? sql`members`
      : sql`(${foundMembers(trx, patterns, null, 'everything')})`
  const kinds =
    patterns === undefined && isCounted(filter)
      ? sql`select c.state, c.role_id, c.n from member_counts c where ${countedOnes(trx, filter)}`
      : sql`select m.state, m.role_id, 1 as n from ${from} m where ${memberConditions(trx, filter)}`
  const { rows } = await sql<MembersOfKind>`
    select k.state, r.rank, k.n from
      (select state, role_id, sum(n)::int as n from (${kinds}) each group by state, role_id) k
    left join roles r on r.workspace_id = ${trx.workspaceId} and r.id = k.role_id
    where k.n > 0`.execute(trx.query)
  return rows
}

function isCounted(filter: MemberFilter): boolean {
  const { state: _, roleId: __, search: ___, ...others } = filter
  return Object.values(others).every((value) => value === undefined)
}

function countedOnes(
  { workspaceId }: WorkspaceTransaction,
  { state, roleId }: MemberFilter,
): RawBuilder<boolean> {
  const ofState = state === undefined ? sql`true` : sql`c.state = ${state}`
  const ofRole =
    roleId === undefined
      ? sql`true`
      : roleId === noRole
        ? sql`c.role_id is null`
        : sql`c.role_id = ${roleId}`
  return sql<boolean>`(c.workspace_id = ${workspaceId} and ${ofState} and ${ofRole})`
}

/** Counts for the whole workspace: what the filters of a list say beside each of their values. */
export async function readMemberFacets(trx: WorkspaceTransaction): Promise<MemberFacets> {
  const { workspaceId } = trx
  const { rows } = await sql<{ kind: string; value: string | null; n: number }>`
    select 'state' as kind, c.state as value, sum(c.n)::int as n from member_counts c
    where c.workspace_id = ${workspaceId} group by c.state
    union all
    select 'role', c.role_id::text, sum(c.n)::int from member_counts c
    where c.workspace_id = ${workspaceId} group by c.role_id
    union all
    ${holders(workspaceId, 'department')}
    union all
    ${holders(workspaceId, 'channel')}`.execute(trx.query)
  const of = (kind: string): [string | null, number][] =>
    rows.filter((row) => row.kind === kind && row.n !== 0).map(({ value, n }) => [value, n])
  const named = (kind: string): Record<string, number> =>
    Object.fromEntries(of(kind).flatMap(([value, n]) => (value === null ? [] : [[value, n]])))
  const states = { invited: 0, active: 0, suspended: 0, ...named('state') }
  return {
    total: states.invited + states.active + states.suspended,
    states,
    noAccess: of('role').find(([value]) => value === null)?.[1] ?? 0,
    roles: named('role'),
    departments: named('department'),
    channels: named('channel'),
  }
}

/** Two sources may give one value: a person is counted once. */
function holders(workspaceId: string, kind: 'department' | 'channel'): RawBuilder<unknown> {
  const column = sql.ref(`g.${kind}_id`)
  return sql`
    select ${kind}, held.value::text, count(*)::int from (
      select distinct ${column} as value, g.member_id from grants g
      where g.workspace_id = ${workspaceId} and ${column} is not null and g.effective
    ) held group by held.value`
}
