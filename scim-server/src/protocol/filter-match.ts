/**
 * Evaluation in memory with two-valued logic: absent, null, "" and [] are all "no value", and `not`
 * is the exact complement. RFC 7644 §3.4.2.2.
 */
import type { Attribute } from './attribute.ts'
import { childKey } from './elements.ts'
import type { CompareOperator, FilterTarget, ResolvedFilter, SimpleOperand } from './filter.ts'
import { compareCodePoints, fold } from './fold.ts'
import { parseInstant } from './instant.ts'
import { isObject, type Resource, type ResourceValue } from './resource.ts'

/** Told of each comparison before it is made, in units of what a short one costs; may throw. */
export type SpendComparisons = (units: number) => void

/** Whether a resource satisfies a filter; the oracle of the SQL compiler. */
export function matchesFilter(resource: Resource, filter: ResolvedFilter): boolean {
  return compile(
    filter,
    unmetered,
  )((path) => {
    const holder =
      path.attribute.extension === undefined ? resource : resource[path.attribute.extension]
    return isObject(holder) ? holder[path.attribute.name] : undefined
  })
}

/** Reads the filter of a value path once, for all elements of a multi-valued attribute. */
export function createElementMatcher(
  filter: ResolvedFilter,
  spend: SpendComparisons = unmetered,
): (element: ResourceValue) => boolean {
  const matches = compile(filter, spend)
  return (element) => matches(() => element)
}

const unmetered = (): void => undefined

/** Reads the attribute that a target names, or the current element of it. */
type Reader = (path: FilterTarget) => ResourceValue | undefined

type Matcher = (read: Reader) => boolean

function compile(filter: ResolvedFilter, spend: SpendComparisons): Matcher {
  switch (filter.kind) {
    case 'and': {
      const operands = filter.operands.map((each) => compile(each, spend))
      return (read) => operands.every((matches) => matches(read))
    }
    case 'or': {
      const operands = filter.operands.map((each) => compile(each, spend))
      return (read) => operands.some((matches) => matches(read))
    }
    case 'not': {
      const matches = compile(filter.operand, spend)
      return (read) => !matches(read)
    }
    case 'constant':
      return () => filter.value
    case 'present':
      return (read) => leafValues(filter.path, read).some((each) => hasValue(each))
    case 'compare':
      return compileComparison(filter.path, filter.operator, filter.value, spend)
    case 'element': {
      const matches = createElementMatcher(filter.filter, spend)
      return (read) => toList(read(filter.path)).some((each) => matches(each))
    }
    default:
      return filter satisfies never
  }
}

function leafValues(path: FilterTarget, read: Reader): readonly ResourceValue[] {
  const values = toList(read(path))
  const { subAttribute } = path
  if (subAttribute === undefined) return values
  return values.flatMap((each) => (isObject(each) ? toList(each[subAttribute.name]) : []))
}

function toList(value: ResourceValue | undefined): readonly ResourceValue[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as readonly ResourceValue[]) : [value]
}

/** Whether a value counts as one: not null, "", [] or an object of such. */
export function hasValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((each) => hasValue(each))
  if (isObject(value)) return Object.values(value).some((each) => hasValue(each))
  return value !== undefined && value !== null && value !== ''
}

type ComparisonKey = ResourceValue | undefined

function compileComparison(
  path: FilterTarget,
  operator: CompareOperator,
  operand: SimpleOperand,
  spend: SpendComparisons,
): Matcher {
  const key = comparisonKey(path.subAttribute ?? path.attribute, operand)
  const compare = (each: ComparisonKey): boolean => {
    spend(comparisonUnits(each, operator, key))
    return operator === 'ne' ? each !== key : compareKeys(each, operator, key)
  }
  return (read) => {
    const keys = leafKeys(path, read)
    return (operator === 'ne' && keys.length === 0) || keys.some((each) => compare(each))
  }
}

/** To look for one long text in another may take as long as both lengths multiplied. */
function comparisonUnits(
  actual: ComparisonKey,
  operator: CompareOperator,
  operand: ComparisonKey,
): number {
  if (operator !== 'co' || typeof actual !== 'string' || typeof operand !== 'string') return 1
  return 1 + (actual.length * operand.length) / 256
}

function leafKeys(path: FilterTarget, read: Reader): readonly ComparisonKey[] {
  const { attribute, subAttribute } = path
  if (subAttribute === undefined || subAttribute.multiValued || !isFolded(subAttribute)) {
    return leafValues(path, read)
      .filter((each) => hasValue(each))
      .map((each) => comparisonKey(subAttribute ?? attribute, each))
  }
  return toList(read(path)).flatMap((each) =>
    isObject(each) && hasValue(each[subAttribute.name])
      ? [childKey(subAttribute, each) ?? undefined]
      : [],
  )
}

function comparisonKey(attribute: Attribute, value: ResourceValue): ComparisonKey {
  if (typeof value !== 'string') return value
  if (attribute.type === 'dateTime') return parseInstant(value)
  return isFolded(attribute) ? fold(value) : value
}

function isFolded({ type, caseExact }: Attribute): boolean {
  return !caseExact && type !== 'binary' && type !== 'dateTime'
}

function compareKeys(
  actual: ComparisonKey,
  operator: Exclude<CompareOperator, 'ne'>,
  operand: ComparisonKey,
): boolean {
  if (operator === 'eq') return actual === operand
  if (typeof actual === 'number' && typeof operand === 'number') {
    return compareOrder(actual - operand, operator)
  }
  if (typeof actual !== 'string' || typeof operand !== 'string') return false
  if (operator === 'co') return actual.includes(operand)
  if (operator === 'sw') return actual.startsWith(operand)
  if (operator === 'ew') return actual.endsWith(operand)
  return compareOrder(compareCodePoints(actual, operand), operator)
}

function compareOrder(difference: number, operator: CompareOperator): boolean {
  if (operator === 'gt') return difference > 0
  if (operator === 'ge') return difference >= 0
  if (operator === 'lt') return difference < 0
  return operator === 'le' && difference <= 0
}
