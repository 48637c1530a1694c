/** One page of a list, by position or behind a cursor. RFC 7644 §3.4.2.4, RFC 9865 §2. */
import type { ListQuery } from '../protocol/list-query.ts'
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
  if (page.kind === 'index') {
    const { rows, total } = await read(page, undefined)
    return { rows, total, position: { kind: 'index', startIndex: page.startIndex } }
  }
  const { workspaceId, id: connectionId } = call.connection
  const scope: CursorScope = { workspaceId, connectionId, endpoint, query }
  const { count, after, total: known } = call.cursors.open(page, scope)
  const keyset: KeysetPage = { kind: 'keyset', count, after, total: known }
  const { rows, total, end } = await read(keyset, after?.type)
  const nextCursor =
    end === undefined ? undefined : call.cursors.seal({ count, after: end, total }, scope)
  return { rows, total, position: { kind: 'cursor', previousCursor: undefined, nextCursor } }
}

/** The end of a page of one resource type. */
export function endOf<Row>(type: string, { rows, total, last }: RowPage<Row>): ReadRows<Row> {
  return { rows, total, end: last === undefined ? undefined : { type, ...last } }
}
