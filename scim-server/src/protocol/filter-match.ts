/**
 * Evaluation in memory with two-valued logic: absent, null, "" and [] are all "no value", and `not`
 * is the exact complement. RFC 7644 §3.4.2.2.
 */
import type { Attribute } from './attribute.ts'
import type { CompareOperator, FilterTarget, ResolvedFilter, SimpleOperand } from './filter.ts'
import { compareCodePoints, fold } from './fold.ts'
import { parseInstant } from './instant.ts'
import { isObject, type Resource, type ResourceValue } from './resource.ts'

/** Whether a resource satisfies a filter; the oracle of the SQL compiler. */
export function matchesFilter(resource: Resource, filter: ResolvedFilter): boolean {
  return evaluate(filter, (path) => {
    const holder =
      path.attribute.extension === undefined ? resource : resource[path.attribute.extension]
    return isObject(holder) ? holder[path.attribute.name] : undefined
  })
}

/** Whether one element of a multi-valued attribute satisfies the filter of a value path. */
export function matchesElement(element: ResourceValue, filter: ResolvedFilter): boolean {
  return evaluate(filter, () => element)
}

/** Reads the attribute that a target names, or the current element of it. */
type Reader = (path: FilterTarget) => ResourceValue | undefined

function evaluate(filter: ResolvedFilter, read: Reader): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.operands.every((each) => evaluate(each, read))
    case 'or':
      return filter.operands.some((each) => evaluate(each, read))
    case 'not':
      return !evaluate(filter.operand, read)
    case 'constant':
      return filter.value
    case 'present':
      return leafValues(filter.path, read).some((each) => hasValue(each))
    case 'compare':
      return compareAny(filter.path, filter.operator, filter.value, read)
    case 'element':
      return toList(read(filter.path)).some((each) => matchesElement(each, filter.filter))
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

function compareAny(
  path: FilterTarget,
  operator: CompareOperator,
  operand: SimpleOperand,
  read: Reader,
): boolean {
  const attribute = path.subAttribute ?? path.attribute
  const key = comparisonKey(attribute, operand)
  const keys = leafValues(path, read)
    .filter((each) => hasValue(each))
    .map((each) => comparisonKey(attribute, each))
  if (operator === 'ne') return keys.length === 0 || keys.some((each) => each !== key)
  return keys.some((each) => compareKeys(each, operator, key))
}

function comparisonKey(attribute: Attribute, value: ResourceValue): ResourceValue | undefined {
  if (typeof value !== 'string') return value
  if (attribute.type === 'dateTime') return parseInstant(value)
  return attribute.caseExact || attribute.type === 'binary' ? value : fold(value)
}

function compareKeys(
  actual: ResourceValue | undefined,
  operator: Exclude<CompareOperator, 'ne'>,
  operand: ResourceValue | undefined,
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
