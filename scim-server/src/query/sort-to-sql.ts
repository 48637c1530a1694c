import { type RawBuilder, sql } from 'kysely'

import type { FilterTarget } from '../protocol/filter.ts'
import type { Column } from './column.ts'
import type { ResourceColumns } from './filter-to-sql.ts'

/** The key to sort rows by; of several values that of the primary, else of the first. RFC 7644 §3.4.2.3. */
export function sortKeyToSql(by: FilterTarget, columns: ResourceColumns): Column {
  const { attribute, subAttribute } = by
  if (!attribute.multiValued) return columns.column(by)
  return columns
    .elements(attribute, [subAttribute, attribute.children.get('primary')])
    .first(subAttribute)
}

/** What of a text is compared when its key must travel in a cursor: a picture may be a whole file. */
const maxKeyCharacters = 256

/** The key that pages behind a cursor are sorted by. */
export function keysetKey(column: Column): RawBuilder<unknown> {
  return column.kind === 'text' ? sql`left(${column.sql}, ${maxKeyCharacters})` : column.sql
}

const castByKind = {
  text: sql`text`,
  uuid: sql`uuid`,
  boolean: sql`boolean`,
  number: sql`numeric`,
  instant: sql`timestamptz`,
} as const

/** Whether a row with `sort_key` and `id` comes after one; rows without key are last ascending, first descending. */
export function comesAfter(
  { id, key }: { readonly id: string; readonly key: string | null },
  kind: Column['kind'],
  order: 'ascending' | 'descending',
): RawBuilder<unknown> {
  const ascending = order === 'ascending'
  if (key === null) {
    const behind = sql`(sort_key is null and id > ${id})`
    return ascending ? behind : sql`(${behind} or sort_key is not null)`
  }
  const operand = sql`(${key}::text)::${castByKind[kind]}`
  const behind = ascending ? sql`sort_key > ${operand}` : sql`sort_key < ${operand}`
  const equal = sql`(sort_key = ${operand} and id > ${id})`
  return ascending ? sql`(${behind} or ${equal} or sort_key is null)` : sql`(${behind} or ${equal})`
}
