/** Filters evaluated in the plainest way, from what the server published, to hold its answers against. */
/** A leaf's attribute, as a client knows it from `/Schemas`. */
export interface OracleAttribute {
  /** As a filter writes it. */
  readonly path: string
  /** Where its values are in the JSON of a resource; lists are entered wherever they are. */
  readonly keys: readonly string[]
  readonly type: 'text' | 'exact' | 'boolean' | 'number' | 'moment' | 'binary'
}

/** A multi-valued complex attribute, which takes filters in brackets. */
export interface OracleList {
  readonly path: string
  readonly keys: readonly string[]
  readonly inside: readonly OracleAttribute[]
}

/** A filter that can be printed and evaluated. */
export type OracleFilter =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly OracleFilter[] }
  | { readonly kind: 'not'; readonly operand: OracleFilter }
  | { readonly kind: 'pr'; readonly of: OracleAttribute }
  | {
      readonly kind: 'compare'
      readonly of: OracleAttribute
      readonly operator: string
      readonly operand: unknown
    }
  | { readonly kind: 'element'; readonly of: OracleList; readonly filter: OracleFilter }

/** Whether the JSON of a resource, or of an element, satisfies a filter. */
export function oracleMatches(json: unknown, filter: OracleFilter): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.operands.every((each) => oracleMatches(json, each))
    case 'or':
      return filter.operands.some((each) => oracleMatches(json, each))
    case 'not':
      return !oracleMatches(json, filter.operand)
    case 'pr':
      return valuesAt(json, filter.of.keys).length > 0
    case 'compare':
      return compareSome(json, filter)
    case 'element':
      return valuesAt(json, filter.of.keys).some((each) => oracleMatches(each, filter.filter))
    default:
      return filter satisfies never
  }
}

function valuesAt(json: unknown, keys: readonly string[]): readonly unknown[] {
  if (Array.isArray(json)) return json.flatMap((each: unknown) => valuesAt(each, keys))
  if (json === undefined || json === null || json === '') return []
  const [key, ...rest] = keys
  if (key === undefined) return [json]
  return typeof json === 'object' && Object.hasOwn(json, key)
    ? valuesAt((json as Record<string, unknown>)[key], rest)
    : []
}

function compareSome(
  json: unknown,
  { of, operator, operand }: Extract<OracleFilter, { kind: 'compare' }>,
): boolean {
  const values = valuesAt(json, of.keys).map((each) => comparable(of, each))
  // No value, null and the empty text are the same.
  if (operand === null || operand === '') return values.length > 0 === (operator !== 'eq')
  const wanted = comparable(of, operand)
  if (operator === 'ne') return values.length === 0 || values.some((each) => each !== wanted)
  return values.some((each) => holds(each, operator, wanted))
}

function comparable({ type }: OracleAttribute, value: unknown): unknown {
  if (type === 'moment') return Date.parse(String(value))
  if (type !== 'text') return value
  return String(value).normalize('NFKC').toLowerCase().replaceAll('ς', 'σ')
}

function holds(actual: unknown, operator: string, wanted: unknown): boolean {
  if (operator === 'eq') return actual === wanted
  if (typeof actual === 'string' && typeof wanted === 'string') {
    if (operator === 'co') return actual.includes(wanted)
    if (operator === 'sw') return actual.startsWith(wanted)
    if (operator === 'ew') return actual.endsWith(wanted)
    return inOrder(byCodePoint(actual, wanted), operator)
  }
  return inOrder(Number(actual) - Number(wanted), operator)
}

function byCodePoint(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => Buffer.from(text, 'utf8')) as [Buffer, Buffer]
  // UTF-8 keeps the order of code points.
  return Buffer.compare(a, b)
}

function inOrder(difference: number, operator: string): boolean {
  if (operator === 'gt') return difference > 0
  if (operator === 'ge') return difference >= 0
  return operator === 'lt' ? difference < 0 : difference <= 0
}

/** A filter as a client might write it: letters in any case, and parentheses only where they are needed. */
export function printOracle(filter: OracleFilter, noise: number): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.operands
        .map((each) =>
          each.kind === 'or' || each.kind === 'and'
            ? `(${printOracle(each, noise)})`
            : printOracle(each, noise),
        )
        .join(` ${inCase(filter.kind, noise)} `)
    case 'not':
      return `${inCase('not', noise)} (${printOracle(filter.operand, noise)})`
    case 'pr':
      return `${inCase(filter.of.path, noise)} ${inCase('pr', noise)}`
    case 'compare':
      return `${inCase(filter.of.path, noise)} ${inCase(filter.operator, noise)} ${literal(filter.operand, noise)}`
    case 'element':
      return `${inCase(filter.of.path, noise)}[${printOracle(filter.filter, noise)}]`
    default:
      return filter satisfies never
  }
}

function inCase(text: string, noise: number): string {
  return noise % 3 === 0 ? text.toUpperCase() : noise % 3 === 1 ? text.toLowerCase() : text
}

/** JSON, in which a letter may also be written as an escape. */
function literal(operand: unknown, noise: number): string {
  const text = JSON.stringify(operand)
  return noise % 5 === 0 && typeof operand === 'string'
    ? text.replace(/[a-z]/i, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`)
    : text
}
