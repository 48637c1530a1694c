/**
 * What a filter leaf or a sort key reads in SQL. Names choose columns through a `Map` that we wrote;
 * operands are always bound, and never cast: a bad cast would be a 500.
 */
import { isId } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import type { CompareOperator, SimpleOperand } from '../protocol/filter.ts'
import { fold } from '../protocol/fold.ts'
import { ScimError } from '../protocol/scim-error.ts'

/** A boolean expression; null counts as false, except under `not`, which must coalesce. */
export type Condition = RawBuilder<unknown>

/** A value that a row has or, as SQL null, has not; `text` is in collation "C" and never empty. */
export type Column =
  | TextColumn
  | { readonly kind: 'uuid'; readonly sql: RawBuilder<unknown>; readonly folded: boolean }
  | { readonly kind: 'boolean' | 'number' | 'instant'; readonly sql: RawBuilder<unknown> }

interface TextColumn {
  readonly kind: 'text'
  readonly sql: RawBuilder<unknown>
  readonly folded: boolean
  /** Whether the row is among those whose text is LIKE the pattern, found by trigrams; only where there is such an index. */
  readonly isLike?: (pattern: string) => Condition
}

/** True or false, never null. */
export function isPresent(column: Column): Condition {
  return sql`${column.sql} is not null`
}

/** Compares a value that is there; null when it is not. `ne` means "there and different". */
export function compareColumn(
  column: Column,
  operator: CompareOperator,
  operand: SimpleOperand,
): Condition {
  switch (column.kind) {
    case 'text':
      return compareText(column, operator, readText(operand, column.folded))
    case 'uuid':
      return compareUuid(column.sql, operator, readText(operand, column.folded))
    case 'instant':
      return compareInstant(column.sql, operator, readText(operand, false))
    case 'boolean':
      return sql`${column.sql} ${equality(operator)} ${operand}::boolean`
    case 'number':
      return sql`${column.sql} ${order(operator)} ${String(operand)}::numeric`
    default:
      return column satisfies never
  }
}

function readText(operand: SimpleOperand, folded: boolean): string {
  const text = String(operand)
  // PostgreSQL takes neither, and no stored text holds them.
  if (text.includes('\0') || !text.isWellFormed()) {
    throw ScimError.of('invalidFilter', 'A value in the filter is not valid text.')
  }
  return folded ? fold(text) : text
}

/** Three letters in a row make a trigram; with fewer the index is read as a whole. */
const hasTrigram = /[\p{L}\p{N}]{3}/u

function compareText(
  { sql: column, isLike }: Omit<TextColumn, 'kind'>,
  operator: CompareOperator,
  operand: string,
): Condition {
  const searched = hasTrigram.test(operand) ? isLike : undefined
  const literally = operand.replaceAll(/[\\%_]/g, '\\$&')
  switch (operator) {
    case 'co':
      return searched?.(`%${literally}%`) ?? sql`strpos(${column}, ${operand}) > 0`
    case 'sw':
      return startsWith(column, operand)
    case 'ew':
      return (
        searched?.(`%${literally}`) ?? sql`right(${column}, length(${operand}::text)) = ${operand}`
      )
    case 'eq':
    case 'ne':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return sql`${column} ${order(operator)} ${operand}`
    default:
      return operator satisfies never
  }
}

/** A range, so that an index on the column serves it. */
function startsWith(column: RawBuilder<unknown>, prefix: string): Condition {
  const end = nextPrefix(prefix)
  const lower = sql`${column} >= ${prefix}`
  return end === undefined ? lower : sql`(${lower} and ${column} < ${end})`
}

/** The first text, by code points, after all that begin with the prefix. */
function nextPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix)
  for (;;) {
    const last = points.pop()?.codePointAt(0)
    if (last === undefined) return undefined
    if (last === 0x10_ffff) continue
    // Surrogates are no characters of their own.
    return points.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1)
  }
}

function compareUuid(
  column: RawBuilder<unknown>,
  operator: CompareOperator,
  operand: string,
): Condition {
  if (operator === 'eq' || operator === 'ne') {
    if (isId(operand)) return sql`${column} ${equality(operator)} ${operand}`
    return operator === 'eq' ? sql`false` : sql`${column} is not null`
  }
  const text = { sql: sql`(${column}::text collate "C")`, folded: false }
  return compareText(text, operator, operand)
}

/**
 * Compares what SCIM shows, which ends at the millisecond, with an operand of six decimals, without
 * a function around the column.
 */
function compareInstant(
  column: RawBuilder<unknown>,
  operator: CompareOperator,
  operand: string,
): Condition {
  const start = new Date(`${operand.slice(0, 23)}Z`)
  const end = new Date(start.getTime() + 1)
  const whole = operand.slice(23, 26) === '000'
  switch (operator) {
    case 'eq':
      return whole ? sql`(${column} >= ${start} and ${column} < ${end})` : sql`false`
    case 'ne':
      return whole ? sql`(${column} < ${start} or ${column} >= ${end})` : sql`true`
    case 'gt':
      return sql`${column} >= ${end}`
    case 'ge':
      return sql`${column} >= ${whole ? start : end}`
    case 'lt':
      return sql`${column} < ${whole ? start : end}`
    case 'le':
      return sql`${column} < ${end}`
    case 'co':
    case 'sw':
    case 'ew':
      throw new Error(`${operator} on an instant`)
    default:
      return operator satisfies never
  }
}

const orders = {
  eq: sql`=`,
  ne: sql`<>`,
  gt: sql`>`,
  ge: sql`>=`,
  lt: sql`<`,
  le: sql`<=`,
} as const

function order(operator: CompareOperator): RawBuilder<unknown> {
  if (operator === 'co' || operator === 'sw' || operator === 'ew') {
    throw new Error(`${operator} on a value that is not text`)
  }
  return orders[operator]
}

function equality(operator: CompareOperator): RawBuilder<unknown> {
  if (operator !== 'eq' && operator !== 'ne')
    throw new Error(`${operator} on a value without order`)
  return orders[operator]
}
