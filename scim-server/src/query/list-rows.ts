/** One page of a list and its total in one statement. RFC 7644 §3.4.2. */
import { isStatementTimeout, type WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import type { FilterTarget, ResolvedFilter } from '../protocol/filter.ts'
import type { IndexPage } from '../protocol/list-query.ts'
import { ScimError } from '../protocol/scim-error.ts'
import type { Column, Condition } from './column.ts'
import { filterToSql, type ResourceColumns } from './filter-to-sql.ts'
import { searchKey } from './search-document.ts'
import { comesAfter, keysetKey, sortKeyToSql } from './sort-to-sql.ts'

/** A page behind a row: rows that come or go before it neither repeat nor hide others. */
export interface KeysetPage {
  readonly kind: 'keyset'
  readonly count: number
  /** The row before the page, with its sort key as text; undefined for the first page. */
  readonly after: { readonly id: string; readonly key: string | null } | undefined
  /** What an earlier page counted; undefined counts now. */
  readonly total: number | undefined
}

/** What to list of one connection's resources. */
export interface RowList {
  readonly table: 'directory_users' | 'directory_groups' | 'scim_documents'
  /** What else a row `r` must be, where a table holds more than one type. */
  readonly among?: Condition
  readonly connectionId: string
  readonly columns: ResourceColumns
  readonly filter: ResolvedFilter | undefined
  readonly sort:
    | { readonly by: FilterTarget; readonly order: 'ascending' | 'descending' }
    | undefined
  readonly page: IndexPage | KeysetPage
  /** More to select of each row `r` of the page, with a comma before it. */
  readonly extra: RawBuilder<unknown>
  /** The same where there are few rows, if more is worth reading at once then. */
  readonly extraOfFew?: RawBuilder<unknown>
  /** Attributes by which an index finds one row, or few. */
  readonly keys: ReadonlyMap<string, 'one' | 'few'>
}

/** The rows of the page, in order, and how many there are on all pages. One of large resources ends before its count. */
export interface RowPage<Row> {
  readonly rows: readonly Row[]
  readonly total: number
  /** The last row, if others come after it; undefined on index pages of sorted lists. */
  readonly last: { readonly id: string; readonly key: string | null } | undefined
}

const timeLimitMs = 5_000

/** How long the resources of a page are together, as JSON in the database; one that is longer alone is a page. */
const maxPageBytes = 8_388_608
/**
 * Stored, a page of usual resources is less than this, and of what is compressed ninety times it is still not too long:
 * only beyond it is every resource printed to be measured.
 */
const surelyShortBytes = 524_288

/**
 * What a resource is made of, of a row `r`: one by one, because some statements are prepared, and without the search
 * document, which is as long as all the rest.
 */
export const rowColumns: RawBuilder<unknown> = sql`r.id, r.resource - ${sql.lit(searchKey)} as resource,
  r.version, r.created_at, r.last_modified_at`

/** Lists rows by id unless sorted; a filter that takes too long is 400 tooMany. */
export async function listRows<Row extends { id: string }>(
  trx: WorkspaceTransaction,
  list: RowList,
): Promise<RowPage<Row>> {
  const byKey = list.filter !== undefined && isKeyed(list.filter, list.keys)
  const few = byKey ? await listFew<Row>(trx, list) : undefined
  if (few !== undefined) return few
  if (list.sort !== undefined || (list.filter !== undefined && !byKey)) {
    trx.send(sql`select set_config('statement_timeout', ${String(timeLimitMs)}, true)`)
  }
  try {
    const { rows } = await statement<Row>(trx, list).execute(
      isPlannedOnce(list) ? trx.prepared : trx.query,
    )
    // An empty page still has a row: that of the total.
    const found = rows.filter((row) => row.id !== null)
    const page = found.slice(0, list.page.count)
    const { total, chosen } = rows[0] ?? { total: 0, chosen: 0 }
    return { rows: page, total, last: lastOf(list, page, chosen, total) }
  } catch (error) {
    if (!isStatementTimeout(error)) throw error
    throw ScimError.of('tooMany', 'The query takes too long: narrow its filter.', { cause: error })
  }
}

/** The last row of a page that others come after. An index page says so only of a list by id. */
function lastOf(
  { page, sort }: RowList,
  rows: readonly { readonly id: string; readonly page_key: string | null }[],
  chosen: number,
  total: number,
): RowPage<never>['last'] {
  const end = rows.at(-1)
  const hasMore =
    page.kind === 'keyset'
      ? chosen > rows.length
      : sort === undefined && page.startIndex - 1 + rows.length < total
  return hasMore && end !== undefined ? { id: end.id, key: end.page_key } : undefined
}

/** More than this a key seldom finds; however large they are, they are not too much to be read at once. */
const maxFew = 50

/** What a key finds, if it is so little that reading it all counts it: undefined when it is more. */
async function listFew<Row extends { id: string }>(
  trx: WorkspaceTransaction,
  list: RowList,
): Promise<RowPage<Row> | undefined> {
  const { filter, page } = list
  if (filter === undefined || list.sort !== undefined || page.kind !== 'index') return undefined
  const found = sql`${sql.table(list.table)} as r where ${belonging(trx, list)} and (${filterToSql(filter, list.columns)})`
  const columns = sql`${rowColumns}${list.extraOfFew ?? list.extra}`
  const isOne = filter.kind === 'compare' && list.keys.get(pathOf(filter.path)) === 'one'
  const { rows } = await (
    isOne
      ? sql<Row>`select ${columns} from ${found}`
      : // Matching ids first, as in the statement for lists.
        sql<Row>`
          with matching as materialized (select r.id from ${found} limit ${maxFew + 1})
          select ${columns}
          from matching join ${sql.table(list.table)} as r on r.workspace_id = ${trx.workspaceId} and r.id = matching.id
          order by r.id`
  ).execute(isOneKey(filter) ? trx.prepared : trx.query)
  if (rows.length > maxFew) return undefined
  const start = page.startIndex - 1
  return { rows: rows.slice(start, start + page.count), total: rows.length, last: undefined }
}

/** An equality or two on what a key is made of: filters of so few texts that their statements may be prepared. */
function isOneKey(filter: ResolvedFilter): boolean {
  if (filter.kind === 'element') return isOneKey(filter.filter)
  if (filter.kind !== 'and') return filter.kind === 'compare' && filter.operator === 'eq'
  const leaves = filter.operands
  return leaves.length === 2 && leaves.every((leaf) => leaf.kind === 'compare' && isOneKey(leaf))
}

/** No page of a prepared statement is longer. */
const mostPlannedFor = 1_000

/** From the beginning of all by id, or from a row: one plan reads any such page, so that its statement may be prepared. */
function isPlannedOnce({ filter, sort, page }: RowList): boolean {
  const isFromRow = page.kind === 'keyset' || page.startIndex === 1
  return filter === undefined && sort === undefined && isFromRow && page.count < mostPlannedFor
}

/** Rows `r` of the connection that are not deleted. */
function belonging(trx: WorkspaceTransaction, { among, connectionId }: RowList): Condition {
  return sql`r.workspace_id = ${trx.workspaceId} and r.connection_id = ${connectionId}
    and r.deleted_at is null${among === undefined ? sql`` : sql` and ${among}`}`
}

/**
 * Matching ids first and materialised: `order by id limit` on a selective filter would walk the whole
 * primary key, and a page far in would read all rows before it.
 */
function statement<Row>(
  trx: WorkspaceTransaction,
  list: RowList,
): RawBuilder<Row & { total: number; chosen: number; page_key: string | null }> {
  const { page } = list
  const table = sql.table(list.table)
  const ours = belonging(trx, list)
  const filter =
    list.filter === undefined ? sql`` : sql` and (${filterToSql(list.filter, list.columns)})`
  const column = list.sort === undefined ? undefined : sortKeyToSql(list.sort.by, list.columns)
  const key =
    column === undefined ? sql`null` : page.kind === 'index' ? column.sql : keysetKey(column)
  const order =
    list.sort === undefined
      ? sql`id`
      : list.sort.order === 'ascending'
        ? sql`sort_key asc nulls last, id`
        : sql`sort_key desc nulls first, id`
  const [behindId, behindKey] = behind(page, list.sort, column)
  const matching = sql`select r.id, ${key} as sort_key from ${table} as r where ${ours}${behindId}${filter}`
  const some = limit(page)
  // Who plans for any count expects a tenth of all rows: of the whole table, or of these.
  const first = sql`${matching} order by r.id${isPlannedOnce(list) ? sql` limit ${sql.lit(mostPlannedFor)}` : sql``}`
  const [before, chosen, count] =
    list.filter === undefined && list.sort === undefined
      ? // All rows by id are an index in its order: there is nothing to materialise.
        [
          sql``,
          sql`select id, sort_key from (${first}) as first order by id ${some}`,
          countOf(trx, list),
        ]
      : [
          sql`matching as materialized (${matching}),`,
          sql`select id, sort_key from matching ${behindKey} order by ${order} ${some}`,
          sql`select count(*) from matching`,
        ]
  const total =
    page.kind === 'keyset' && page.total !== undefined ? sql`select ${page.total}::int` : count
  return sql`
    with ${before} page as materialized (
      select id, sort_key, row_number() over (order by ${order}) as place from (${chosen}) as chosen
    )
    select (${total})::int as total, (select count(*) from page)::int as chosen,
      r.sort_key::text as page_key, ${rowColumns}${list.extra}
    from (select 1) as always left join (
      select * from (
        select stored.*, sum(
          case when stored.bytes > ${sql.lit(surelyShortBytes)}
            then octet_length((stored.resource - ${sql.lit(searchKey)})::text) else 0 end
        ) over (order by stored.place) as bytes_so_far
        from (
          select r.*, page.sort_key, page.place, sum(pg_column_size(r.resource)) over () as bytes
          from page join ${table} as r on r.workspace_id = ${trx.workspaceId} and r.id = page.id
        ) as stored
      ) as measured
      where measured.place = 1 or measured.bytes_so_far <= ${sql.lit(maxPageBytes)}
    ) as r on true
    order by r.place`
}

/** All rows of a connection: of directories they are counted as they come and go. */
function countOf(trx: WorkspaceTransaction, list: RowList): RawBuilder<unknown> {
  return list.table === 'scim_documents'
    ? sql`select count(*) from scim_documents as r where ${belonging(trx, list)}`
    : sql`select coalesce(sum(c.n), 0) from directory_counts as c
        where c.workspace_id = ${trx.workspaceId} and c.connection_id = ${list.connectionId} and c.kind = ${list.table}`
}

/** One row more than a keyset page holds says whether there is a next page. */
function limit(page: RowList['page']): RawBuilder<unknown> {
  if (page.kind === 'keyset') return sql`limit ${page.count === 0 ? 0 : page.count + 1}`
  const before = page.startIndex - 1
  return before === 0 ? sql`limit ${page.count}` : sql`limit ${page.count} offset ${before}`
}

/** What leaves out the rows of the pages before: by id as early as possible, by sort key once it is known. */
function behind(
  page: RowList['page'],
  sort: RowList['sort'],
  column: Column | undefined,
): readonly [id: RawBuilder<unknown>, key: RawBuilder<unknown>] {
  if (page.kind === 'index' || page.after === undefined) return [sql``, sql``]
  if (sort === undefined || column === undefined) return [sql` and r.id > ${page.after.id}`, sql``]
  return [sql``, sql`where ${comesAfter(page.after, column.kind, sort.order)}`]
}

function pathOf({ attribute, subAttribute }: FilterTarget): string {
  return (subAttribute ?? attribute).path
}

/** Whether an equality on an indexed attribute leaves few rows to look at. */
function isKeyed(filter: ResolvedFilter, keys: RowList['keys']): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.operands.some((each) => isKeyed(each, keys))
    case 'or':
      return filter.operands.every((each) => isKeyed(each, keys))
    case 'compare':
      return filter.operator === 'eq' && keys.has(pathOf(filter.path))
    case 'element':
      return isKeyed(filter.filter, keys)
    case 'constant':
    case 'not':
    case 'present':
      return false
    default:
      return filter satisfies never
  }
}
