import { isId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { memberCount } from './member-count-queries.ts'
import { foundMembers, isUnfiltered, memberConditions, searchCondition } from './member-filter.ts'
import { readMemberGrants } from './member-grant-queries.ts'
import { type Jump, jumpTo } from './member-jump.ts'
import type { MemberGrantRow, MemberListQuery, MemberListRow, MemberPage } from './member-list.ts'
import { formatPlace, type MemberPlace, type MemberSort, parsePlace } from './member-order.ts'
import { orderedPage, type PageRow } from './member-page.ts'
import { readMemberRows } from './member-rows.ts'
import { mostSorted, type SearchPatterns, searchPatterns } from './member-search.ts'
import { narrowToHolders } from './role-holders.ts'

/** One page of the people of the workspace; removed ones are not listed. Throws `invalid-cursor`. */
export async function listMembers(
  trx: WorkspaceTransaction,
  given: MemberListQuery,
): Promise<MemberPage> {
  const { sort = 'name', cursor, offset, limit, ...asked } = given
  const query = { ...(await narrowToHolders(trx, asked)), cursor, offset, limit }
  const patterns = searchPatterns(query.search ?? '')
  const jump = await jumpOf(trx, query, patterns, sort)
  const place = query.cursor === undefined ? jump?.place : parsePlace(query.cursor, sort)
  const found =
    patterns === undefined ? undefined : await searchFew(trx, query, patterns, sort, place)
  const { rows, total } = found ?? (await walk(trx, query, patterns, sort, place, jump?.total))
  if (rows.length === 0 && place !== undefined) await requireMember(trx, place.memberId)
  const toward = place?.toward ?? 'next'
  const shown = rows.slice(0, query.limit)
  if (toward === 'previous') shown.reverse()
  const hasMore = rows.length > query.limit
  const cursorAt = (row: PageRow | undefined, toward: MemberPlace['toward']): string | null =>
    row === undefined ? null : formatPlace({ sort, toward, memberId: row.id, at: row.at })
  return {
    members: await readMemberRows(
      trx,
      shown.map((row) => row.id),
    ),
    total,
    offset: query.cursor === undefined ? (jump?.offset ?? 0) : null,
    nextCursor: toward === 'previous' || hasMore ? cursorAt(shown.at(-1), 'next') : null,
    previousCursor: (toward === 'previous' ? hasMore : place !== undefined)
      ? cursorAt(shown[0], 'previous')
      : null,
  }
}

function jumpOf(
  trx: WorkspaceTransaction,
  query: MemberListQuery,
  patterns: SearchPatterns | undefined,
  sort: MemberSort,
): Promise<Jump> | undefined {
  const { cursor, offset, limit, sort: _, ...filter } = query
  if (cursor !== undefined || offset === undefined || offset === 0) return undefined
  return jumpTo(trx, sort, filter, patterns, { offset, limit })
}

/** A member with the grants that say why; undefined when there is none, or when they were removed. */
export async function readMember(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<(MemberListRow & { grants: MemberGrantRow[] }) | undefined> {
  if (!isId(memberId)) return undefined
  const [row] = await readMemberRows(trx, [memberId])
  if (row === undefined) return undefined
  return { ...row, grants: await readMemberGrants(trx, memberId) }
}

interface FoundPage {
  /** One more than asked for tells whether another page follows. */
  rows: PageRow[]
  total: number
}

/** The search by trigrams, all matches sorted; undefined when there are too many for that. */
async function searchFew(
  trx: WorkspaceTransaction,
  query: MemberListQuery,
  patterns: SearchPatterns,
  sort: MemberSort,
  place: MemberPlace | undefined,
): Promise<FoundPage | undefined> {
  const page = orderedPage(trx, sort, place, query.limit + 1, {
    from: sql`matching`,
    where: sql`true`,
  })
  const { sort: _, cursor: __, offset: ___, limit: ____, ...filter } = query
  const isByName = sort === 'name' || sort === '-name'
  const reads = isByName && isUnfiltered(filter) ? 'names' : 'everything'
  const { rows } = await sql<Line & { found: number; total: number }>`
    with found as materialized (${foundMembers(trx, patterns, mostSorted + 1, reads)}),
    matching as materialized (select * from found m where ${memberConditions(trx, filter)})
    select counted.found, counted.total, page.id, page.at
    from (select (select count(*)::int from found) as found, (select count(*)::int from matching) as total) counted
    left join lateral (${page}) page on counted.found <= ${mostSorted}
    order by page.n`.execute(trx.query)
  const [first] = rows
  if (first === undefined || first.found > mostSorted) return undefined
  return { total: first.total, rows: linesOf(rows) }
}

/** The list along its index, as far as the page goes; counted unless the total is known. */
async function walk(
  trx: WorkspaceTransaction,
  query: MemberListQuery,
  patterns: SearchPatterns | undefined,
  sort: MemberSort,
  place: MemberPlace | undefined,
  known: number | undefined,
): Promise<FoundPage> {
  const { sort: _, cursor: __, offset: ___, limit, ...filter } = query
  const conditions = memberConditions(trx, filter)
  const page = orderedPage(trx, sort, place, limit + 1, {
    from: sql`members`,
    where:
      patterns === undefined
        ? conditions
        : sql<boolean>`${conditions} and ${searchCondition(trx, patterns)}`,
  })
  const { rows } = await sql<Line & { total: number }>`
    select counted.total, page.id, page.at from (select ${known ?? memberCount(trx, filter, patterns)}::int as total) counted
    left join lateral (${page}) page on true
    order by page.n`.execute(trx.query)
  return { total: rows[0]?.total ?? 0, rows: linesOf(rows) }
}

/** A line of the answer; without an id it says only how many there are. */
interface Line {
  id: string | null
  at: string | null
}

function linesOf(rows: readonly Line[]): PageRow[] {
  return rows.flatMap(({ id, at }) => (id === null ? [] : [{ id, at }]))
}

/** A cursor of nobody was made up. */
async function requireMember(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  const row = await trx.query
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('invalid-cursor')
}
