/** Reading and writing one place of the working copy of a resource. */
import type { Attribute, ResourceModel } from './attribute.ts'
import { keyOf } from './elements.ts'
import { createElementMatcher } from './filter-match.ts'
import type { ResolvedFilter } from './filter.ts'
import type { PatchBudget } from './patch-budget.ts'
import { emptyObject, isObject, type Resource, type ResourceValue } from './resource.ts'
import type { RowOperation } from './row-operation.ts'
import { ScimError } from './scim-error.ts'
import type { ReadContext } from './simple-value.ts'

/** One PATCH under way; `resource` is a copy that nobody else sees. */
export interface PatchContext extends ReadContext {
  readonly model: ResourceModel
  readonly resource: Resource
  readonly rowOperations: RowOperation[]
  readonly budget: PatchBudget
}

/** The value of a top-level attribute, looked up in its extension where it has one. */
export function valueAt(resource: Resource, attribute: Attribute): ResourceValue | undefined {
  if (attribute.extension === undefined) return resource[attribute.name]
  const holder = resource[attribute.extension]
  return isObject(holder) ? holder[attribute.name] : undefined
}

/** The elements of a multi-valued attribute; none when it is unassigned. */
export function elementsAt(resource: Resource, attribute: Attribute): readonly ResourceValue[] {
  const value = valueAt(resource, attribute)
  return Array.isArray(value) ? (value as readonly ResourceValue[]) : []
}

/** The elements that a value filter selects; all of them when there is none. */
export function selectElements(
  context: PatchContext,
  elements: readonly ResourceValue[],
  filter: ResolvedFilter | undefined,
): ReadonlySet<ResourceValue> {
  if (filter === undefined) return new Set(elements)
  const matches = createElementMatcher(filter, (units) => context.budget.spend(units))
  return new Set(elements.filter((each) => matches(each)))
}

/** Sets or, with undefined, an empty list or an empty object, unassigns a top-level attribute. */
export function assignValue(
  context: PatchContext,
  attribute: Attribute,
  value: ResourceValue | undefined,
): void {
  const assigned = isEmpty(value) ? undefined : value
  if (assigned === undefined && isNeverUnassigned(attribute)) {
    if (context.profile !== 'compat') {
      throw ScimError.of('invalidValue', `${attribute.path} must be true or false.`)
    }
    context.warnings.add('unassignment-ignored', attribute.path)
    return
  }
  assertAssignable(context, attribute, assigned)
  placeValue(context.resource, attribute, assigned)
}

/** No value would read as the server's default, and so as a right that nobody meant to give. */
export function isNeverUnassigned({ type, keptWhenOmitted }: Attribute): boolean {
  return type === 'boolean' && keptWhenOmitted === true
}

/** Writes a value where its attribute lives; an extension without values disappears. */
export function placeValue(
  resource: Resource,
  attribute: Attribute,
  value: ResourceValue | undefined,
): void {
  if (attribute.extension === undefined) {
    put(resource, attribute.name, value)
    return
  }
  const before = resource[attribute.extension]
  const holder = isObject(before) ? before : emptyObject()
  put(holder, attribute.name, value)
  put(resource, attribute.extension, isEmpty(holder) ? undefined : holder)
}

function isEmpty(value: ResourceValue | undefined): boolean {
  if (value === undefined) return true
  if (Array.isArray(value)) return value.length === 0
  return isObject(value) && Object.keys(value).length === 0
}

function put(holder: Resource, name: string, value: ResourceValue | undefined): void {
  if (value === undefined) delete holder[name]
  else holder[name] = value
}

function assertAssignable(
  { resource }: PatchContext,
  attribute: Attribute,
  value: ResourceValue | undefined,
): void {
  // MUST: a required attribute keeps a value → 400 invalidValue
  if (attribute.required && value === undefined) {
    throw ScimError.of('invalidValue', `${attribute.path} is required.`)
  }
  if (attribute.mutability === 'immutable') {
    assertUnchanged(attribute, valueAt(resource, attribute), value)
  }
  assertFewElements(attribute, value)
}

/** The most values of an attribute that is no set of rows: they are compared with each other. */
const maxElements = 100

/** Refuses a list that is longer than anybody's addresses are; rows have no such limit. */
export function assertFewElements(attribute: Attribute, value: unknown): void {
  if (attribute.stored === 'rows' || !Array.isArray(value) || value.length <= maxElements) return
  throw ScimError.of('invalidValue', `${attribute.path} has at most ${maxElements} values.`)
}

/** MUST: an immutable value that exists stays → 400 mutability. */
export function assertUnchanged(
  attribute: Attribute,
  before: ResourceValue | undefined,
  after: ResourceValue | undefined,
): void {
  if (before === undefined || keyOf(attribute, before) === keyOf(attribute, after)) return
  throw ScimError.of('mutability', `${attribute.path} is immutable.`)
}

/**
 * An object with some sub-attributes set or unassigned (undefined). When `value` changes, what the
 * server derived from the old one goes with it.
 */
export function withParts(
  attribute: Attribute,
  before: ResourceValue | undefined,
  parts: ReadonlyMap<Attribute, ResourceValue | undefined>,
): Resource {
  const after = emptyObject()
  if (isObject(before)) for (const [name, each] of Object.entries(before)) after[name] = each
  for (const [child, value] of parts) {
    if (child.mutability === 'immutable') assertUnchanged(child, after[child.name], value)
    put(after, child.name, value)
  }
  const child = attribute.children.get('value')
  const old = isObject(before) ? before['value'] : undefined
  if (child === undefined || keyOf(child, old) === keyOf(child, after['value'])) return after
  for (const each of attribute.children.values()) {
    if (each.derived === true || each.mutability === 'readOnly') delete after[each.name]
  }
  return after
}
