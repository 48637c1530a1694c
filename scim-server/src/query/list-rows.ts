/** One page of a list and its total in one statement. RFC 7644 §3.4.2. */
import { isStatementTimeout, type WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import type { FilterTarget, ResolvedFilter } from '../protocol/filter.ts'
import type { IndexPage } from '../protocol/list-query.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { filterToSql, type ResourceColumns } from './filter-to-sql.ts'
import { sortKeyToSql } from './sort-to-sql.ts'

/** What to list of one connection's resources. */
export interface RowList {
  readonly table: 'directory_users' | 'directory_groups'
  readonly connectionId: string
  readonly columns: ResourceColumns
  readonly filter: ResolvedFilter | undefined
  readonly sort:
    | { readonly by: FilterTarget; readonly order: 'ascending' | 'descending' }
    | undefined
  readonly page: Pick<IndexPage, 'startIndex' | 'count'>
  /** More to select of each row `r` of the page, with a comma before it. */
  readonly extra: RawBuilder<unknown>
  /** Attributes by which an index finds few rows. */
  readonly keys: ReadonlySet<string>
}

/** The rows of the page, in order, and how many there are on all pages. */
export interface RowPage<Row> {
  readonly rows: readonly Row[]
  readonly total: number
}

const timeLimitMs = 5_000

/** Lists rows by id unless sorted; a filter that takes too long is 400 tooMany. */
export async function listRows<Row extends { id: string }>(
  trx: WorkspaceTransaction,
  list: RowList,
): Promise<RowPage<Row>> {
  if (list.sort !== undefined || (list.filter !== undefined && !isKeyed(list.filter, list.keys))) {
    await sql`select set_config('statement_timeout', ${String(timeLimitMs)}, true)`.execute(
      trx.query,
    )
  }
  try {
    const { rows } = await statement<Row>(trx, list).execute(trx.query)
    return {
      // An empty page still has a row: that of the total.
      rows: rows.filter((row) => row.id !== null),
      total: rows[0]?.total ?? 0,
    }
  } catch (error) {
    if (!isStatementTimeout(error)) throw error
    throw ScimError.of('tooMany', 'The query takes too long: narrow its filter.', { cause: error })
  }
}

/**
 * Matching ids first and materialised: `order by id limit` on a selective filter would walk the whole
 * primary key, and a page far in would read all rows before it.
 */
function statement<Row>(
  trx: WorkspaceTransaction,
  list: RowList,
): RawBuilder<Row & { total: number }> {
  const table = sql.table(list.table)
  const ours = sql`r.workspace_id = ${trx.workspaceId} and r.connection_id = ${list.connectionId}
    and r.deleted_at is null`
  const filter =
    list.filter === undefined ? sql`` : sql` and (${filterToSql(list.filter, list.columns)})`
  const key = list.sort === undefined ? sql`null` : sortKeyToSql(list.sort.by, list.columns)
  const order =
    list.sort === undefined
      ? sql`id`
      : list.sort.order === 'ascending'
        ? sql`sort_key asc nulls last, id`
        : sql`sort_key desc nulls first, id`
  const matching = sql`select r.id, ${key} as sort_key from ${table} as r where ${ours}${filter}`
  const page = sql`limit ${list.page.count} offset ${list.page.startIndex - 1}`
  // All rows by id are an index in its order: there is nothing to materialise.
  const [before, chosen, count] =
    list.filter === undefined && list.sort === undefined
      ? [
          sql``,
          sql`${matching} order by r.id ${page}`,
          sql`select count(*) from ${table} as r where ${ours}`,
        ]
      : [
          sql`matching as materialized (${matching}),`,
          sql`select id, sort_key from matching order by ${order} ${page}`,
          sql`select count(*) from matching`,
        ]
  return sql`
    with ${before} page as materialized (
      select id, row_number() over (order by ${order}) as place from (${chosen}) as chosen
    )
    select (${count})::int as total, r.*${list.extra}
    from (select 1) as always left join (
      page join ${table} as r on r.workspace_id = ${trx.workspaceId} and r.id = page.id
    ) on true
    order by page.place`
}

/** Whether an equality on an indexed attribute leaves few rows to look at. */
function isKeyed(filter: ResolvedFilter, keys: ReadonlySet<string>): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.operands.some((each) => isKeyed(each, keys))
    case 'or':
      return filter.operands.every((each) => isKeyed(each, keys))
    case 'compare':
      return (
        filter.operator === 'eq' &&
        keys.has((filter.path.subAttribute ?? filter.path.attribute).path)
      )
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
