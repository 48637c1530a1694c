import type { ResourceModel } from '../protocol/attribute.ts'
import { parseFilter } from '../protocol/filter-parser.ts'
import { resolveFilter } from '../protocol/filter-resolve.ts'
import type { ResolvedFilter } from '../protocol/filter.ts'
import { type ListQuery, type PageLimits, resolveSort } from '../protocol/list-query.ts'
import type { Profile } from '../protocol/profile.ts'
import type { RowList } from '../query/list-rows.ts'

/** How many resources a page holds. */
export const pageLimits: PageLimits = { defaultCount: 100, maxCount: 200 }

/** Looks up the names in a query's filter and sort order. */
export function resolveListQuery(
  { filter, sort }: ListQuery,
  model: ResourceModel,
  profile: Profile,
): { filter: ResolvedFilter | undefined; sort: RowList['sort'] } {
  return {
    filter:
      filter === undefined
        ? undefined
        : resolveFilter(parseFilter(filter, profile), model, profile),
    sort:
      sort === undefined
        ? undefined
        : { by: resolveSort(sort.by, model, profile), order: sort.order },
  }
}
