/** Filters as SQL; agrees with the evaluation in memory on every filter. RFC 7644 §3.4.2.2. */
import { sql } from 'kysely'

import type { Attribute } from '../protocol/attribute.ts'
import type { FilterTarget, ResolvedFilter } from '../protocol/filter.ts'
import { type Column, compareColumn, type Condition, isPresent } from './column.ts'

/** The column of a sub-attribute of one element; undefined asks for the element itself. */
export type ElementColumns = (subAttribute: Attribute | undefined) => Column

/** The elements of a multi-valued attribute of one row. */
interface Elements {
  /** True when one element satisfies the condition; never null. */
  exists(condition: (column: ElementColumns) => Condition): Condition
  /** The sub-attribute of the primary element, else of the first; what can't be sorted by is 400 invalidValue. */
  first(subAttribute: Attribute | undefined): Column
}

/** How the attributes of a resource type are reached from one row. */
export interface ResourceColumns {
  /** Of a single-valued attribute. */
  column(target: FilterTarget): Column
  /** `reads` are the sub-attributes that will be asked for. */
  elements(attribute: Attribute, reads: readonly (Attribute | undefined)[]): Elements
}

/** Compiles a filter for a `where`: the result may be null where it means false. */
export function filterToSql(filter: ResolvedFilter, columns: ResourceColumns): Condition {
  return compile(
    filter,
    (target, condition) => {
      if (!target.attribute.multiValued) return condition(columns.column(target))
      return columns
        .elements(target.attribute, [target.subAttribute])
        .exists((column) => condition(column(target.subAttribute)))
    },
    columns,
  )
}

/** True when some value of a target satisfies a condition. */
type SomeValue = (target: FilterTarget, condition: (column: Column) => Condition) => Condition

function compile(filter: ResolvedFilter, some: SomeValue, columns: ResourceColumns): Condition {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const operands = filter.operands.map((each) => compile(each, some, columns))
      return sql`(${sql.join(operands, filter.kind === 'and' ? sql` and ` : sql` or `)})`
    }
    case 'not':
      // Below `not` null would stay null; `and` and `or` above can't tell it from false.
      return sql`not coalesce(${compile(filter.operand, some, columns)}, false)`
    case 'constant':
      return filter.value ? sql`true` : sql`false`
    case 'present':
      return some(filter.path, isPresent)
    case 'compare': {
      const { operator, path, value } = filter
      const compared = some(path, (column) => compareColumn(column, operator, value))
      // What has no value differs from every value.
      return operator === 'ne' ? sql`(not ${some(path, isPresent)} or ${compared})` : compared
    }
    case 'element':
      return columns
        .elements(filter.path.attribute, [...subAttributesRead(filter.filter)])
        .exists((column) => elementFilterToSql(filter.filter, column))
    default:
      return filter satisfies never
  }
}

/** Compiles the filter of a value path for one element. */
export function elementFilterToSql(filter: ResolvedFilter, column: ElementColumns): Condition {
  return compile(filter, (target, condition) => condition(column(target.subAttribute)), {
    column: (target) => column(target.subAttribute),
    elements: () => {
      throw new Error('A value path inside a value path')
    },
  })
}

/** The sub-attributes that the filter of a value path reads. */
function subAttributesRead(filter: ResolvedFilter): ReadonlySet<Attribute | undefined> {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return new Set(filter.operands.flatMap((each) => [...subAttributesRead(each)]))
    case 'not':
      return subAttributesRead(filter.operand)
    case 'present':
    case 'compare':
      return new Set([filter.path.subAttribute])
    case 'element':
    case 'constant':
      return new Set()
    default:
      return filter satisfies never
  }
}
