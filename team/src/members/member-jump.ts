import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { countMembersByKind, type MembersOfKind } from './member-count-queries.ts'
import { foundMembers, memberConditions, searchCondition } from './member-filter.ts'
import type { MemberFilter } from './member-list.ts'
import { listedStates, type MemberPlace, type MemberSort } from './member-order.ts'
import { lineOfGroup, type MemberGroup, type PageRow, type PageSource } from './member-page.ts'
import { mostSorted, type SearchPatterns } from './member-search.ts'

/** Where a page begins that was asked for by its number. */
export interface Jump {
  offset: number
  /** Behind whom it begins; undefined at the beginning of the list. */
  place: MemberPlace | undefined
  total: number
}

/**
 * Finds the place before the page that begins after `offset` members, or before the last page where there are not so
 * many. Only ids are passed over, within one role or state, from its nearer end; the page is read by its place as ever.
 */
export async function jumpTo(
  trx: WorkspaceTransaction,
  sort: MemberSort,
  filter: MemberFilter,
  patterns: SearchPatterns | undefined,
  { offset: wanted, limit }: { offset: number; limit: number },
): Promise<Jump> {
  const kinds = await countMembersByKind(trx, filter, patterns)
  const total = sumOf(kinds)
  const offset = wanted < total ? wanted : Math.max(0, total - limit)
  const { group, before } = groupAt(groupsOf(trx, sort, kinds), offset - 1)
  if (group === undefined) return { offset: 0, place: undefined, total }
  const after = group.n - 1 - before
  const isFromEnd = after < before
  const { rows } = await sql<PageRow>`select line.id, line.at from ${lineOfGroup(
    trx,
    sort,
    group,
    { isFromEnd, skip: isFromEnd ? after : before },
    sourceOf(trx, filter, patterns, total),
  )} line`.execute(trx.query)
  const [row] = rows
  // Nobody: they went while we counted.
  if (row === undefined) return { offset: 0, place: undefined, total }
  return { offset, place: { sort, toward: 'next', memberId: row.id, at: row.at }, total }
}

interface CountedGroup extends MemberGroup {
  n: number
}

/** What the order keeps together, in its order. */
function groupsOf(
  trx: WorkspaceTransaction,
  sort: MemberSort,
  kinds: readonly MembersOfKind[],
): CountedGroup[] {
  const groups = sort.endsWith('role')
    ? rolesOf(trx, kinds)
    : sort.endsWith('status')
      ? statesOf(kinds)
      : [{ which: sql`true`, at: null, n: sumOf(kinds) }]
  return sort.startsWith('-') ? groups.toReversed() : groups
}

function rolesOf(trx: WorkspaceTransaction, kinds: readonly MembersOfKind[]): CountedGroup[] {
  const ranks = new Set(kinds.map(({ rank }) => rank))
  return [...ranks]
    .toSorted((a, b) => (b ?? -Infinity) - (a ?? -Infinity))
    .map((rank) => ({
      which: hasRank(trx, rank),
      at: rank === null ? 'none' : String(rank),
      n: sumOf(kinds.filter((kind) => kind.rank === rank)),
    }))
}

function hasRank({ workspaceId }: WorkspaceTransaction, rank: number | null): RawBuilder<unknown> {
  if (rank === null) return sql`m.role_id is null`
  return sql`m.role_id = (select r.id from roles r where r.workspace_id = ${workspaceId} and r.rank = ${rank})`
}

function statesOf(kinds: readonly MembersOfKind[]): CountedGroup[] {
  return listedStates.map((state) => ({
    which: sql`m.state = ${state}`,
    at: state,
    n: sumOf(kinds.filter((kind) => kind.state === state)),
  }))
}

function sumOf(kinds: readonly MembersOfKind[]): number {
  return kinds.reduce((sum, { n }) => sum + n, 0)
}

/** The group that holds the line with this index, and how many of its lines come before it. */
function groupAt(
  groups: readonly CountedGroup[],
  index: number,
): { group: CountedGroup | undefined; before: number } {
  let before = index
  for (const group of groups) {
    if (before >= 0 && before < group.n) return { group, before }
    before -= group.n
  }
  return { group: undefined, before: 0 }
}

function sourceOf(
  trx: WorkspaceTransaction,
  filter: MemberFilter,
  patterns: SearchPatterns | undefined,
  total: number,
): PageSource {
  const conditions = memberConditions(trx, filter)
  if (patterns === undefined) return { from: sql`members`, where: conditions }
  if (total <= mostSorted) {
    return { from: sql`(${foundMembers(trx, patterns, null, 'everything')})`, where: conditions }
  }
  const where = sql<boolean>`${conditions} and ${searchCondition(trx, patterns)}`
  return { from: sql`members`, where }
}
