import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { activity } from './member-filter.ts'
import type { MemberPlace, MemberSort } from './member-order.ts'

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
  const walk: Walk = {
    workspaceId,
    place,
    limit,
    source,
    direction: isDescending ? sql`desc` : sql`asc`,
    beyond: isDescending ? sql`<` : sql`>`,
  }
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
    case 'role':
    case '-role':
      return numbered(walk, byRole(walk, isDescending), isDescending ? sql`asc` : sql`desc`)
    default:
      return sort satisfies never
  }
}

interface Walk {
  workspaceId: string
  place: MemberPlace | undefined
  limit: number
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
  { workspaceId, place, limit, source, direction, beyond }: Walk,
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
    order by m.display_key ${direction}, m.id ${direction} limit ${limit})`
}

function byCreation({ place, limit, source, direction, beyond }: Walk): RawBuilder<unknown> {
  const after = place === undefined ? sql`true` : sql`m.id ${beyond} ${place.memberId}::uuid`
  return sql`(select m.id, null::text as at, 0::bigint as grp, ''::text as key from ${source.from} m
    where ${source.where} and ${after} order by m.id ${direction} limit ${limit})`
}

function byActivity({ place, limit, source, direction, beyond }: Walk): RawBuilder<unknown> {
  const after =
    place === undefined
      ? sql`true`
      : sql`(${activity}, m.id) ${beyond} (${place.at}::timestamptz, ${place.memberId}::uuid)`
  return sql`(select m.id, (${activity})::text as at, 0::bigint as grp, ${activity} as key from ${source.from} m
    where ${source.where} and ${after} order by ${activity} ${direction}, m.id ${direction} limit ${limit})`
}

/** Lower than every rank: *No access* comes after the lowest role. */
const belowAllRoles = sql`-9000000000::bigint`

/** Role by role, each by name: no index knows the roles' order, but each role's people are read along one. */
function byRole(walk: Walk, isDescending: boolean): RawBuilder<unknown> {
  const { workspaceId, place, limit, direction } = walk
  const fromStart: Walk = { ...walk, place: undefined }
  const rolesWhere = (which: RawBuilder<unknown>): RawBuilder<unknown> => sql`
    (select line.* from roles r cross join lateral
      ${byName(fromStart, sql`m.role_id = r.id`, sql`r.rank::text`, sql`r.rank::bigint`)} line
      where r.workspace_id = ${workspaceId} and ${which})`
  const withoutRole = (of: Walk): RawBuilder<unknown> =>
    byName(of, sql`m.role_id is null`, sql`'none'`, belowAllRoles)
  const parts: RawBuilder<unknown>[] = []
  if (place === undefined) {
    parts.push(rolesWhere(sql`true`), withoutRole(walk))
  } else if (place.at === 'none') {
    parts.push(withoutRole(walk))
    if (isDescending) parts.push(rolesWhere(sql`true`))
  } else {
    const rank = sql`${place.at}::integer`
    const same = sql`m.role_id = (select r.id from roles r where r.workspace_id = ${workspaceId} and r.rank = ${rank})`
    parts.push(byName(walk, same, sql`${place.at}::text`, sql`${rank}::bigint`))
    parts.push(rolesWhere(isDescending ? sql`r.rank > ${rank}` : sql`r.rank < ${rank}`))
    if (!isDescending) parts.push(withoutRole(fromStart))
  }
  const groupDirection = isDescending ? sql`asc` : sql`desc`
  return sql`select * from (${sql.join(parts, sql` union all `)}) every
    order by grp ${groupDirection}, key ${direction}, id ${direction} limit ${limit}`
}
