/** One page of a list, by position or behind a cursor. RFC 7644 §3.4.2.4, RFC 9865 §2. */
import type { IndexPage, ListQuery } from '../protocol/list-query.ts'
import type { PagePosition } from '../protocol/list-response.ts'
import type { KeysetPage, RowList, RowPage } from '../query/list-rows.ts'
import type { CursorScope, PageEnd } from './page-cursor.ts'
import type { ResourceCall } from './resource-call.ts'

/** Reads rows of a page; `type` is the resource type to go on in, undefined on the first page. */
export type ReadPage<Page> = (page: RowList['page'], type: string | undefined) => Promise<Page>

/** A page that was read, with where it ended if there are more. */
export interface ReadRows<Row> {
  readonly rows: readonly Row[]
  readonly total: number
  readonly end: PageEnd | undefined
}

/** Reads the page that a query asks for, and says where it stands. */
export async function listPage<Row>(
  call: ResourceCall,
  endpoint: string,
  query: ListQuery,
  read: ReadPage<ReadRows<Row>>,
): Promise<{ rows: readonly Row[]; total: number; position: PagePosition }> {
  const { page } = query
  const { workspaceId, id: connectionId } = call.connection
  const scope: CursorScope = { workspaceId, connectionId, endpoint, query }
  if (page.kind === 'index') {
    const { rows, total } = await readIndexPage(call, scope, page, read)
    return { rows, total, position: { kind: 'index', startIndex: page.startIndex } }
  }
  const { count, after, total: known } = call.cursors.open(page, scope)
  const keyset: KeysetPage = { kind: 'keyset', count, after, total: known }
  const { rows, total, end } = await read(keyset, after?.type)
  const nextCursor =
    end === undefined ? undefined : call.cursors.seal({ count, after: end, total }, scope)
  return { rows, total, position: { kind: 'cursor', previousCursor: undefined, nextCursor } }
}

/** Behind the page before, if that was read a moment ago; only lists by id, whose order never changes, are gone on with. */
async function readIndexPage<Row>(
  { positions }: ResourceCall,
  scope: CursorScope,
  page: IndexPage,
  read: ReadPage<ReadRows<Row>>,
): Promise<ReadRows<Row>> {
  const isById = scope.query.sort === undefined && page.count > 0
  const before = isById && page.startIndex > 1 ? positions.find(scope, page.startIndex) : undefined
  const found =
    before === undefined
      ? await read(page, undefined)
      : await read(
          {
            kind: 'keyset',
            count: page.count,
            after: before.after,
            // How many match a filter is not counted again for each page.
            total: scope.query.filter === undefined ? undefined : before.total,
          },
          before.after.type,
        )
  const { rows, total, end } = found
  if (isById && end !== undefined) {
    positions.remember(scope, page.startIndex + rows.length, { after: end, total })
  }
  return found
}

/** The end of a page of one resource type. */
export function endOf<Row>(type: string, { rows, total, last }: RowPage<Row>): ReadRows<Row> {
  return { rows, total, end: last === undefined ? undefined : { type, ...last } }
}
