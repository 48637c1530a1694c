/** Elements of multi-valued attributes: which two are the same, and which is primary. RFC 7643 §2.4. */
import type { Attribute } from './attribute.ts'
import { fold } from './fold.ts'
import { emptyObject, isObject, type ResourceObject, type ResourceValue } from './resource.ts'
import { ScimError } from './scim-error.ts'
import type { Warnings } from './scim-warning.ts'

/** A text that two elements share exactly when they are the same element of the attribute. */
export function identityOf(attribute: Attribute, element: ResourceValue): string {
  if (!isObject(element)) return JSON.stringify(keyOf(attribute, element))
  const known = identities.get(element)
  if (known !== undefined) return known
  const identity = readIdentity(attribute, element)
  identities.set(element, identity)
  return identity
}

/** An element is never changed once it is in a list: a PATCH asks a thousand times who the same hundred are. */
const identities = new WeakMap<ResourceObject, string>()

function readIdentity(attribute: Attribute, element: ResourceObject): string {
  const names = attribute.children.has('value')
    ? (attribute.identity ?? ['value'])
    : [...attribute.children.values()].map((each) => each.name).filter((name) => name !== 'primary')
  return JSON.stringify(
    names.map((name) => {
      const child = attribute.children.get(name.toLowerCase())
      return child === undefined ? null : childKey(child, element)
    }),
  )
}

const foldedChildren = new WeakMap<ResourceObject, Map<Attribute, string>>()

/** The comparison key of what an element has at a sub-attribute; a text is folded once for each element. */
export function childKey(child: Attribute, element: ResourceObject): ResourceValue | null {
  const value = element[child.name]
  if (typeof value !== 'string' || child.caseExact) return value ?? null
  const folded = foldedChildren.get(element) ?? new Map<Attribute, string>()
  if (folded.size === 0) foldedChildren.set(element, folded)
  const key = folded.get(child) ?? fold(value)
  folded.set(child, key)
  return key
}

/** The comparison key of one value: folded unless its case matters, null when absent. */
export function keyOf(
  attribute: Attribute,
  value: ResourceValue | undefined,
): ResourceValue | null {
  if (value === undefined) return null
  return typeof value === 'string' && !attribute.caseExact ? fold(value) : value
}

/** One element for each identity, at the place of the first; what a later one adds is merged in. */
export function mergeDuplicates(
  attribute: Attribute,
  elements: readonly ResourceValue[],
  warnings: Warnings,
): readonly ResourceValue[] {
  const byIdentity = new Map<string, ResourceValue>()
  for (const element of elements) {
    const identity = identityOf(attribute, element)
    const before = byIdentity.get(identity)
    if (before !== undefined) warnings.add('duplicate-merged', attribute.path)
    byIdentity.set(
      identity,
      before === undefined ? element : mergeElement(attribute, before, element),
    )
  }
  return [...byIdentity.values()]
}

/** The earlier element with the later one's other sub-attributes; its own identity stays as spelt. */
export function mergeElement(
  attribute: Attribute,
  before: ResourceValue,
  after: ResourceValue,
): ResourceValue {
  if (!isObject(before) || !isObject(after)) return before
  const merged = assign(assign(emptyObject(), before), after)
  for (const name of attribute.identity ?? ['value']) {
    const own = before[name]
    if (own !== undefined) merged[name] = own
  }
  return merged
}

function assign(target: ResourceObject, source: ResourceObject): ResourceObject {
  for (const [name, value] of Object.entries(source)) target[name] = value
  return target
}

/** MUST: `primary: true` at most once → 400 invalidValue. */
export function assertOnePrimary(attribute: Attribute, elements: readonly ResourceValue[]): void {
  if (elements.filter((each) => isPrimary(each)).length > 1) {
    throw ScimError.of('invalidValue', `${attribute.path} has more than one primary value.`)
  }
}

/** Whether an element is marked primary. */
export function isPrimary(element: ResourceValue): boolean {
  return isObject(element) && element['primary'] === true
}

/** Elements in which those that were primary before give way to the ones in `winners`. */
export function yieldPrimary(
  elements: readonly ResourceValue[],
  winners: ReadonlySet<ResourceValue>,
): readonly ResourceValue[] {
  if (![...winners].some((each) => isPrimary(each))) return elements
  return elements.map((each) => {
    if (winners.has(each) || !isObject(each) || !isPrimary(each)) return each
    return assign(assign(emptyObject(), each), { primary: false })
  })
}
