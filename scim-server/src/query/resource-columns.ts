import { type RawBuilder, sql } from 'kysely'

import type { Attribute } from '../protocol/attribute.ts'
import { ScimError } from '../protocol/scim-error.ts'
import type { Column, Condition } from './column.ts'
import { documentColumns } from './document-columns.ts'
import type { ElementColumns, ResourceColumns } from './filter-to-sql.ts'
import { searchKey } from './search-document.ts'

/** A multi-valued attribute whose elements are rows of their own. */
export interface Relation {
  /** Tables with aliases, as behind `from`. */
  readonly from: RawBuilder<unknown>
  /** What ties its rows to the row `r`. */
  readonly belongs: Condition
  /** By canonical path; all of them in the relation's aliases. */
  readonly columns: ReadonlyMap<string, Column>
}

/** What of a resource type doesn't have to be read from its search document. */
export interface ColumnMap {
  /** Single-valued attributes and sub-attributes by canonical path. */
  readonly columns: ReadonlyMap<string, Column>
  /** Multi-valued attributes by canonical path. */
  readonly relations: ReadonlyMap<string, Relation>
}

/** Columns and relations where there are some, else the search document of the row `r`. */
export function resourceColumns({ columns, relations }: ColumnMap): ResourceColumns {
  const document = documentColumns(sql`r.resource -> ${sql.lit(searchKey)}`)
  return {
    column: (target) =>
      columns.get((target.subAttribute ?? target.attribute).path) ?? document.column(target),
    elements(attribute, reads) {
      const relation = relations.get(attribute.path)
      if (
        relation === undefined ||
        !reads.every((each) => each === undefined || relation.columns.has(each.path))
      ) {
        return document.elements(attribute, reads)
      }
      return {
        exists: (condition) => sql`exists (
          select 1 from ${relation.from}
          where ${relation.belongs} and ${condition(relationColumns(attribute, relation))})`,
        first() {
          throw ScimError.of('invalidValue', `Resources cannot be sorted by ${attribute.path}.`)
        },
      }
    },
  }
}

/** The columns of one row of a relation; the element as a whole is there when its row is. */
export function relationColumns(attribute: Attribute, { columns }: Relation): ElementColumns {
  return (subAttribute) => {
    const column = columns.get(subAttribute?.path ?? `${attribute.path}.value`)
    if (column === undefined) throw new Error(`${subAttribute?.path} has no column`)
    return column
  }
}

/** `meta` of a row `r`; `location` is the URL before the id. */
export function metaColumns(
  resourceType: string,
  location: string,
): readonly (readonly [string, Column])[] {
  return [
    ['meta', textColumn(sql`${resourceType}::text`)],
    ['meta.resourceType', textColumn(sql`${resourceType}::text`)],
    ['meta.created', { kind: 'instant', sql: sql`r.created_at` }],
    ['meta.lastModified', { kind: 'instant', sql: sql`r.last_modified_at` }],
    ['meta.location', textColumn(urlOf(location, sql`r.id`))],
    ['meta.version', textColumn(sql`'W/"' || r.version || '"'`)],
  ]
}

/** The URL of a resource, from the part before its id. */
export function urlOf(location: string, id: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`${location}::text || ${id}::text`
}

function textColumn(expression: RawBuilder<unknown>): Column {
  return { kind: 'text', sql: sql`((${expression}) collate "C")`, folded: false }
}
