import { type RawBuilder, sql } from 'kysely'

import type { Attribute } from '../protocol/attribute.ts'
import type { Column } from './column.ts'
import type { ElementColumns, ResourceColumns } from './filter-to-sql.ts'

/** Reads attributes without a column of their own from a row's search document. */
export function documentColumns(document: RawBuilder<unknown>): ResourceColumns {
  const at = ({ extension, name }: Attribute, sub?: Attribute): RawBuilder<unknown> => {
    const path = [extension, name, sub?.name].filter((each) => each !== undefined)
    return sql`(${document} #> ${path}::text[])`
  }
  return {
    column: ({ attribute, subAttribute }) =>
      jsonColumn(at(attribute, subAttribute), subAttribute ?? attribute),
    elements(attribute) {
      const list = sql`jsonb_array_elements(${elementsOf(at(attribute))})`
      const column: ElementColumns = (subAttribute) =>
        subAttribute === undefined
          ? jsonColumn(sql`element.value`, attribute)
          : jsonColumn(sql`(element.value -> ${subAttribute.name}::text)`, subAttribute)
      return {
        exists: (condition) =>
          sql`exists (select 1 from ${list} as element(value) where ${condition(column)})`,
        first(subAttribute) {
          const wanted = column(subAttribute)
          return {
            ...wanted,
            sql: sql`(
              select ${wanted.sql} from ${list} with ordinality as element(value, place)
              order by element.value @> '{"primary": true}' desc, place limit 1)`,
          }
        },
      }
    },
  }
}

/** An array, or null; `jsonb_array_elements` fails on anything else. */
function elementsOf(value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case jsonb_typeof(${value}) when 'array' then ${value} end`
}

function jsonColumn(json: RawBuilder<unknown>, { type, caseExact }: Attribute): Column {
  const text = sql`((${json} #>> '{}') collate "C")`
  switch (type) {
    case 'boolean':
      return {
        kind: 'boolean',
        sql: sql`(case ${text} when 'true' then true when 'false' then false end)`,
      }
    case 'integer':
    case 'decimal':
      return {
        kind: 'number',
        sql: sql`(case jsonb_typeof(${json}) when 'number' then ${json}::numeric end)`,
      }
    case 'string':
    case 'reference':
      return { kind: 'text', sql: text, folded: !caseExact }
    case 'dateTime':
    case 'binary':
    case 'complex':
      return { kind: 'text', sql: text, folded: false }
    default:
      return type satisfies never
  }
}
