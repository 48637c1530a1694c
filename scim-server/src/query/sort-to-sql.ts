import type { RawBuilder } from 'kysely'

import type { FilterTarget } from '../protocol/filter.ts'
import type { ResourceColumns } from './filter-to-sql.ts'

/** The key to sort rows by; of several values that of the primary, else of the first. RFC 7644 §3.4.2.3. */
export function sortKeyToSql(by: FilterTarget, columns: ResourceColumns): RawBuilder<unknown> {
  const { attribute, subAttribute } = by
  if (!attribute.multiValued) return columns.column(by).sql
  return columns
    .elements(attribute, [subAttribute, attribute.children.get('primary')])
    .first(subAttribute)
}
