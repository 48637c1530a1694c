/** Search over all resource types. RFC 7644 §3.4.3. */
import type { WorkspaceTransaction } from '@plantel/db'

import type { ResourceModel } from '../protocol/attribute.ts'
import { parseFilter } from '../protocol/filter-parser.ts'
import { resolveFilter } from '../protocol/filter-resolve.ts'
import type { Filter, ResolvedFilter } from '../protocol/filter.ts'
import type { IndexPage, ListQuery } from '../protocol/list-query.ts'
import { createListResponse } from '../protocol/list-response.ts'
import type { Profile } from '../protocol/profile.ts'
import { ScimError } from '../protocol/scim-error.ts'
import type { KeysetPage } from '../query/list-rows.ts'
import { groupListToJson } from './group-text.ts'
import { listPage, type ReadRows } from './list-page.ts'
import type { PageEnd } from './page-cursor.ts'
import type { JsonText, ResourceCall } from './resource-call.ts'
import type { FoundResource, SearchedType, SearchPage } from './served-type.ts'

/** Lists type after type; one that lacks an attribute of the filter has no value there. */
export async function searchAllTypes(
  call: ResourceCall,
  query: ListQuery,
  types: readonly SearchedType[],
): Promise<JsonText> {
  if (query.sort !== undefined) {
    throw ScimError.of('invalidValue', 'A search over several resource types cannot be sorted.')
  }
  const filters = resolveForAll(query.filter, types, call.connection.profile)
  const lists = types.map(({ model, open }, index) => ({
    type: model.type.name,
    read: open(call, filters?.[index]),
  }))
  const { rows, total, position } = await listPage(call, '', query, (page, type) =>
    call.read((trx) =>
      page.kind === 'index' ? readByIndex(trx, lists, page) : readBehind(trx, lists, page, type),
    ),
  )
  const views = rows.map(({ view }) => view)
  return groupListToJson(createListResponse(views, total, position))
}

interface TypeList {
  readonly type: string
  readonly read: SearchPage
}

async function readByIndex(
  trx: WorkspaceTransaction,
  lists: readonly TypeList[],
  page: IndexPage,
): Promise<ReadRows<FoundResource>> {
  const rows: FoundResource[] = []
  let total = 0
  let isFull = false
  for (const { read } of lists) {
    const found = await read(trx, {
      kind: 'index',
      startIndex: Math.max(1, page.startIndex - total),
      count: isFull ? 0 : page.count - rows.length,
    })
    rows.push(...found.rows)
    total += found.total
    // What comes after it would stand in the place of large resources that the page has no room for.
    isFull ||= found.last !== undefined
  }
  return { rows, total, end: undefined }
}

async function readBehind(
  trx: WorkspaceTransaction,
  lists: readonly TypeList[],
  page: KeysetPage,
  type: string | undefined,
): Promise<ReadRows<FoundResource>> {
  const rows: FoundResource[] = []
  const start = Math.max(
    0,
    lists.findIndex((list) => list.type === type),
  )
  let total = 0
  let last: PageEnd | undefined
  let end: PageEnd | undefined
  for (const [index, list] of lists.slice(start).entries()) {
    const left = page.count - rows.length
    const decided = page.count === 0 || end !== undefined
    if (decided && page.total !== undefined) break
    const found = await list.read(trx, {
      ...page,
      // Where a type fills the page to its end, one resource of the next still tells that there are more.
      count: decided ? 0 : Math.max(1, left),
      after: index === 0 ? page.after : undefined,
    })
    total += found.total
    if (decided) continue
    if (left === 0) {
      if (found.rows.length > 0) end = last
      continue
    }
    rows.push(...found.rows)
    const final = found.rows.at(-1)
    if (final !== undefined) last = { type: list.type, id: final.id, key: null }
    if (found.last !== undefined) end = last
  }
  return { rows, total: page.total ?? total, end }
}

function resolveForAll(
  text: string | undefined,
  types: readonly SearchedType[],
  profile: Profile,
): readonly ResolvedFilter[] | undefined {
  if (text === undefined) return undefined
  const filter = parseFilter(text, profile)
  const models = types.map(({ model }) => model)
  assertKnown(filter, models, profile)
  return models.map((model) => resolveFilter(filter, model, profile, { unknown: 'absent' }))
}

/** MUST: an attribute that no type has → 400 invalidFilter */
function assertKnown(filter: Filter, models: readonly ResourceModel[], profile: Profile): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const operand of filter.operands) assertKnown(operand, models, profile)
      return
    case 'not':
      assertKnown(filter.operand, models, profile)
      return
    case 'present':
    case 'compare':
    case 'element': {
      const refusals = models.map((model) => refusalOf(filter, model, profile))
      const [refusal] = refusals
      if (refusal !== undefined && !refusals.includes(undefined)) throw refusal
      return
    }
    default:
      filter satisfies never
  }
}

function refusalOf(filter: Filter, model: ResourceModel, profile: Profile): ScimError | undefined {
  try {
    resolveFilter(filter, model, profile)
    return undefined
  } catch (error) {
    if (error instanceof ScimError) return error
    throw error
  }
}
