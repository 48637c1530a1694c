import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { activity } from './member-filter.ts'
import { listedStates, type MemberPlace, type MemberSort } from './member-order.ts'
import { isRareRole, roleHolders } from './role-holders.ts'

/** One line of a page: who, and what their cursor must remember. */
export interface PageRow {
  id: string
  at: string | null
}

/** Where a page is taken from: rows under the name `m`, and which of them. */
export interface PageSource {
  from: RawBuilder<unknown>
  where: RawBuilder<boolean>
}

/**
 * A select of at most `limit` lines beyond a place, nearest first, numbered by `n`. Each order is read along an index, so
 * that the millionth page costs what the first does.
 */
export function orderedPage(
  { workspaceId }: WorkspaceTransaction,
  sort: MemberSort,
  place: MemberPlace | undefined,
  limit: number,
  source: PageSource,
): RawBuilder<unknown> {
  const isDescending = sort.startsWith('-') !== (place?.toward === 'previous')
  const walk = walkOf(isDescending, { workspaceId, place, limit, skip: 0, source })
  switch (sort) {
    case 'name':
    case '-name':
      return numbered(walk, byName(walk, sql`true`, sql`null::text`))
    case 'created':
    case '-created':
      return numbered(walk, byCreation(walk))
    case 'lastActive':
    case '-lastActive':
      return numbered(walk, byActivity(walk))
    case 'status':
    case '-status':
      return numbered(walk, byState(walk, isDescending))
    case 'role':
    case '-role':
      return numbered(walk, byRole(walk, isDescending), isDescending ? sql`asc` : sql`desc`)
    default:
      return sort satisfies never
  }
}

/** Lines that an order keeps together: those of one role or state, or all of them. */
export interface MemberGroup {
  which: RawBuilder<unknown>
  at: string | null
}

/** A select of one line of a group: the one after so many, or before so many if it is counted from the end. */
export function lineOfGroup(
  { workspaceId }: WorkspaceTransaction,
  sort: MemberSort,
  { which, at }: MemberGroup,
  { skip, isFromEnd }: { skip: number; isFromEnd: boolean },
  source: PageSource,
): RawBuilder<unknown> {
  const isDescending = sort.startsWith('-') !== isFromEnd
  const walk = walkOf(isDescending, { workspaceId, place: undefined, limit: 1, skip, source })
  if (sort.endsWith('created')) return byCreation(walk)
  if (sort.endsWith('lastActive')) return byActivity(walk)
  return byName(walk, which, sql`${at}::text`)
}

function walkOf(isDescending: boolean, walk: Omit<Walk, 'direction' | 'beyond'>): Walk {
  return {
    ...walk,
    direction: isDescending ? sql`desc` : sql`asc`,
    beyond: isDescending ? sql`<` : sql`>`,
  }
}

interface Walk {
  workspaceId: string
  place: MemberPlace | undefined
  limit: number
  /** How many lines are passed over first. */
  skip: number
  source: PageSource
  direction: RawBuilder<unknown>
  /** How who comes later compares with who comes before. */
  beyond: RawBuilder<unknown>
}

/** `group` is the coarsest order; null where there is none. */
function numbered(
  { direction }: Walk,
  lines: RawBuilder<unknown>,
  groupDirection = direction,
): RawBuilder<unknown> {
  return sql`select line.id, line.at, row_number() over
    (order by line.grp ${groupDirection}, line.key ${direction}, line.id ${direction}) as n from (${lines}) line`
}

function byName(
  { workspaceId, place, limit, skip, source, direction, beyond }: Walk,
  which: RawBuilder<unknown>,
  at: RawBuilder<unknown>,
  group: RawBuilder<unknown> = sql`0::bigint`,
): RawBuilder<unknown> {
  // Where they stand now: the name itself would be a person's in an address.
  const after =
    place === undefined
      ? sql`true`
      : sql`(m.display_key, m.id) ${beyond} ((select a.display_key from members a
          where a.workspace_id = ${workspaceId} and a.id = ${place.memberId}), ${place.memberId}::uuid)`
  return sql`(select m.id, ${at} as at, ${group} as grp, m.display_key as key from ${source.from} m
    where ${source.where} and ${which} and ${after}
    order by m.display_key ${direction}, m.id ${direction} limit ${limit} offset ${skip})`
}

function byCreation({ place, limit, skip, source, direction, beyond }: Walk): RawBuilder<unknown> {
  const after = place === undefined ? sql`true` : sql`m.id ${beyond} ${place.memberId}::uuid`
  return sql`(select m.id, null::text as at, 0::bigint as grp, ''::text as key from ${source.from} m
    where ${source.where} and ${after} order by m.id ${direction} limit ${limit} offset ${skip})`
}

function byActivity({ place, limit, skip, source, direction, beyond }: Walk): RawBuilder<unknown> {
  const after =
    place === undefined
      ? sql`true`
      : sql`(${activity}, m.id) ${beyond} (${place.at}::timestamptz, ${place.memberId}::uuid)`
  return sql`(select m.id, (${activity})::text as at, 0::bigint as grp, ${activity} as key from ${source.from} m
    where ${source.where} and ${after} order by ${activity} ${direction}, m.id ${direction}
    limit ${limit} offset ${skip})`
}

/** Lower than every rank: *No access* comes after the lowest role. */
const belowAllRoles = sql`-9000000000::bigint`

/** Role by role, each by name. */
function byRole(walk: Walk, isDescending: boolean): RawBuilder<unknown> {
  const { workspaceId, place, limit, direction } = walk
  const fromStart: Walk = { ...walk, place: undefined }
  const rolesWhere = (which: RawBuilder<unknown>): RawBuilder<unknown> => sql`
    (select line.* from roles r cross join lateral
      ${byNameOfRole(fromStart, sql`r.id`, sql`r.rank::text`, sql`r.rank::bigint`)} line
      where r.workspace_id = ${workspaceId} and ${which})`
  const isAtNone = place?.at === 'none'
  const parts: RawBuilder<unknown>[] = []
  if (place === undefined || isAtNone) {
    parts.push(rolesWhere(isAtNone && !isDescending ? sql`false` : sql`true`))
  } else {
    const rank = sql`${place.at}::integer`
    const same = sql`(select r.id from roles r where r.workspace_id = ${workspaceId} and r.rank = ${rank})`
    parts.push(byNameOfRole(walk, same, sql`${place.at}::text`, sql`${rank}::bigint`))
    parts.push(rolesWhere(isDescending ? sql`r.rank > ${rank}` : sql`r.rank < ${rank}`))
  }
  const arePassed = isDescending && place !== undefined && !isAtNone
  const withoutRole = byNoRole(isAtNone ? walk : fromStart, !isDescending)
  const groupDirection = isDescending ? sql`asc` : sql`desc`
  return sql`with with_role as materialized (${sql.join(parts, sql` union all `)})
    select * from (select * from with_role ${arePassed ? sql`` : sql`union all ${withoutRole}`}) every
    order by grp ${groupDirection}, key ${direction}, id ${direction} limit ${limit}`
}

/** Those without a role are looked for along the list, but not where there are none, nor while the others fill the page. */
function byNoRole(walk: Walk, comeLast: boolean): RawBuilder<unknown> {
  const { workspaceId, limit } = walk
  const isRoomLeft = comeLast ? sql`(select count(*) from with_role) < ${limit}` : sql`true`
  const which = sql`m.role_id is null and ${isRoomLeft}
    and (select sum(c.n) from member_counts c where c.workspace_id = ${workspaceId} and c.role_id is null) > 0`
  return byName(walk, which, sql`'none'`, belowAllRoles)
}

/** Of the two ways only the one that is shorter is gone. */
function byNameOfRole(
  walk: Walk,
  roleId: RawBuilder<unknown>,
  at: RawBuilder<unknown>,
  group: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const isRare = isRareRole(walk.workspaceId, roleId)
  const hasRole = sql`m.role_id = ${roleId}`
  const walked = byName(walk, sql`${hasRole} and not ${isRare}`, at, group)
  const holders = roleHolders(walk.workspaceId, roleId)
  const sorted = byName(walk, sql`${hasRole} and m.id = any(${holders}) and ${isRare}`, at, group)
  return sql`(${walked} union all ${sorted})`
}

/**
 * State by state, each by name. No index knows the state, or each suspension would write all of them anew: the order by
 * name is walked, but not for a state that nobody has, and not while those before it fill the page.
 */
function byState(walk: Walk, isDescending: boolean): RawBuilder<unknown> {
  const { workspaceId, place, limit, direction } = walk
  const order = isDescending ? listedStates.toReversed() : listedStates
  const left = order.slice(
    Math.max(
      0,
      order.findIndex((state) => state === place?.at),
    ),
  )
  const names = left.map((state) => sql.ref(`${state}_ones`))
  const parts = left.map((state, index) => {
    const before = names.slice(0, index).map((name) => sql`(select count(*) from ${name})`)
    const which = sql`m.state = ${state}
      and (${sql.join([sql`0`, ...before], sql` + `)}) < ${limit}
      and (select sum(c.n) from member_counts c where c.workspace_id = ${workspaceId} and c.state = ${state}) > 0`
    const from = { ...walk, place: index === 0 ? place : undefined }
    const rank = sql`${listedStates.indexOf(state)}::bigint`
    return sql`${names[index]} as materialized ${byName(from, which, sql`${state}::text`, rank)}`
  })
  const all = names.map((name) => sql`select * from ${name}`)
  return sql`with ${sql.join(parts)} select * from (${sql.join(all, sql` union all `)}) every
    order by grp ${direction}, key ${direction}, id ${direction} limit ${limit}`
}
