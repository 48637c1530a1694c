import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { groupsBelow } from '../directory/group-nesting.ts'

/** Whom rules look at. */
export interface RuleTargets {
  /** Whoever belongs to one of these groups, by whatever way. */
  groupIds: readonly string[]
  /** Whomever one of these directories manages. */
  connectionIds: readonly string[]
}

/** Whom a change may concern, in terms that stay true while people come and go. As JSON it is a job's input. */
export interface TouchedMembers extends RuleTargets {
  /** Whoever has what does not go with their seat: after the limit of seats has changed. */
  seats?: boolean
  /** Whomever some source gives this, effective or not. */
  holdersOf?: { kind: 'role' | 'department' | 'channel'; id: string }
  /** Whoever has one of these by people's decision and belongs to a directory: ids of departments and channels, `supervisor`. */
  decidedValues?: readonly string[]
  /** Everybody. */
  all?: boolean
}

/** What a change starts from that concerns nobody by a rule. */
export const nobody: RuleTargets = { groupIds: [], connectionIds: [] }

export function isNobody(touched: TouchedMembers): boolean {
  return (
    touched.groupIds.length === 0 &&
    touched.connectionIds.length === 0 &&
    touched.seats !== true &&
    touched.holdersOf === undefined &&
    (touched.decidedValues ?? []).length === 0 &&
    touched.all !== true
  )
}

/** Whomever rules concern that look at any of these. */
export function union(...parts: readonly RuleTargets[]): RuleTargets {
  return {
    groupIds: [...new Set(parts.flatMap((part) => part.groupIds))],
    connectionIds: [...new Set(parts.flatMap((part) => part.connectionIds))],
  }
}

/** The groups and those that are in them, as they are now: whoever is in one of these belongs to one of those. */
export async function withGroupsBelow(
  trx: WorkspaceTransaction,
  touched: TouchedMembers,
): Promise<TouchedMembers> {
  if (touched.groupIds.length === 0) return touched
  const { rows } = await sql<{ group_id: string }>`
    select below.group_id
    from ${groupsBelow(sql`${trx.workspaceId}`, sql`${[...touched.groupIds]}`)} as below`.execute(
    trx.query,
  )
  return { ...touched, groupIds: rows.map((row) => row.group_id) }
}

/** A condition over a member `m` for whom it holds; the groups are those that `withGroupsBelow` answered. */
export function isTouched({
  groupIds,
  connectionIds,
  seats = false,
  holdersOf,
  decidedValues = [],
  all = false,
}: TouchedMembers): RawBuilder<unknown> {
  const parts: RawBuilder<unknown>[] = []
  if (all) parts.push(sql`true`)
  if (groupIds.length > 0) {
    parts.push(sql`exists (select 1 from directory_group_members touching
      where touching.workspace_id = m.workspace_id and touching.user_id = m.directory_user_id
        and touching.group_id = any(${[...groupIds]}::uuid[]))`)
  }
  if (connectionIds.length > 0) {
    parts.push(sql`exists (select 1 from directory_users managed
      where managed.workspace_id = m.workspace_id and managed.id = m.directory_user_id
        and managed.connection_id = any(${[...connectionIds]}::uuid[]))`)
  }
  if (holdersOf !== undefined) {
    parts.push(sql`exists (select 1 from grants holding
      where holding.workspace_id = m.workspace_id and holding.member_id = m.id
        and holding.${sql.ref(`${holdersOf.kind}_id`)} = ${holdersOf.id})`)
  }
  if (decidedValues.length > 0) parts.push(hasDecided(decidedValues))
  if (seats) {
    parts.push(sql`(m.no_role_reason is not distinct from 'no_seat') <> (m.id in (
      select waiting.member_id from seats waiting
      where waiting.workspace_id = m.workspace_id and waiting.seat = 'waiting'))`)
  }
  return parts.length === 0 ? sql`false` : sql`(${sql.join(parts, sql` or `)})`
}

function hasDecided(values: readonly string[]): RawBuilder<unknown> {
  const ids = values.filter((value) => value !== 'supervisor')
  // As a value and not as an existence: looked up person by person, never in a table made of all grants.
  return sql`(m.directory_user_id is not null and coalesce((select true from grants decided
    where decided.workspace_id = m.workspace_id and decided.member_id = m.id
      and decided.source in ('local', 'invitation')
      and (coalesce(decided.department_id, decided.channel_id) = any(${ids}::uuid[])
        or (decided.kind = 'supervisor' and ${values.includes('supervisor')}::boolean))
    limit 1), false))`
}

/** The members concerned, if they are at most so many; undefined when there are more. */
export async function findFew(
  trx: WorkspaceTransaction,
  touched: TouchedMembers,
  limit: number,
): Promise<string[] | undefined> {
  const { groupIds, decidedValues = [], ...others } = await withGroupsBelow(trx, touched)
  // From the groups and not from the members: a small group is found at once among many people.
  const { rows } = await sql<{ id: string }>`
    select found.id from (
      (select m.id from directory_group_members d
        join members m on m.workspace_id = d.workspace_id and m.directory_user_id = d.user_id
        where d.workspace_id = ${trx.workspaceId} and d.group_id = any(${[...groupIds]}::uuid[])
        group by m.id limit ${limit + 1})
      union
      (select m.id from members m
        where m.workspace_id = ${trx.workspaceId} and ${isTouched({ ...others, groupIds: [] })}
        limit ${limit + 1})
    ) as found limit ${limit + 1}`.execute(trx.query)
  if (rows.length > limit) return undefined
  const found = new Set(rows.map((row) => row.id))
  for (const id of await findDecided(trx, decidedValues, limit + 1)) found.add(id)
  return found.size > limit ? undefined : [...found]
}

/** From the grants and not from the members, as far as an index leads to them. */
async function findDecided(
  trx: WorkspaceTransaction,
  values: readonly string[],
  limit: number,
): Promise<string[]> {
  if (values.length === 0) return []
  const ids = sql`${values.filter((value) => value !== 'supervisor')}::uuid[]`
  const isSupervisor = values.includes('supervisor')
    ? hasDecided(['supervisor'])
    : sql<boolean>`false`
  const { rows } = await sql<{ id: string }>`
    select m.id from grants decided
    join members m on m.workspace_id = decided.workspace_id and m.id = decided.member_id
    where decided.workspace_id = ${trx.workspaceId} and decided.source in ('local', 'invitation')
      and (decided.department_id = any(${ids}) or decided.channel_id = any(${ids}))
      and m.directory_user_id is not null
    union
    select m.id from members m where m.workspace_id = ${trx.workspaceId} and ${isSupervisor}
    limit ${limit}`.execute(trx.query)
  return rows.map((row) => row.id)
}

/** How many there are. */
export async function countTouched(
  trx: WorkspaceTransaction,
  touched: TouchedMembers,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from members m
    where m.workspace_id = ${trx.workspaceId} and ${isTouched(await withGroupsBelow(trx, touched))}`.execute(
    trx.query,
  )
  return rows[0]?.count ?? 0
}
