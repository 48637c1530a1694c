/** Add and replace at a sub-attribute or at elements that a value filter selects. RFC 7644 §3.5.2.1, §3.5.2.3. */
import type { Attribute } from './attribute.ts'
import { isPrimary, mergeDuplicates, yieldPrimary } from './elements.ts'
import { hasValue } from './filter-match.ts'
import type { ResolvedFilter } from './filter.ts'
import {
  assignValue,
  elementsAt,
  type PatchContext,
  selectElements,
  valueAt,
  withParts,
} from './patch-place.ts'
import type { AttributeTarget } from './patch-target.ts'
import {
  carriesValue,
  readElement,
  readElements,
  readPartialComplex,
  readValue,
} from './read-value.ts'
import { isObject, type ResourceValue, type SimpleValue } from './resource.ts'
import { ScimError } from './scim-error.ts'

/** Sets a sub-attribute of a singular complex attribute, whose parent appears and goes with it. */
export function setSubAttribute(
  context: PatchContext,
  op: 'add' | 'replace',
  attribute: Attribute,
  subAttribute: Attribute,
  json: unknown,
): void {
  const whole = valueAt(context.resource, attribute)
  const before = isObject(whole) ? whole[subAttribute.name] : undefined
  const value =
    op === 'add' && Array.isArray(before)
      ? mergeDuplicates(
          subAttribute,
          [...(before as readonly ResourceValue[]), ...readElements(subAttribute, json, context)],
          context.warnings,
        )
      : readValue(subAttribute, json, context)
  assignValue(context, attribute, withParts(attribute, whole, new Map([[subAttribute, value]])))
}

/** Sets elements, or a sub-attribute of them: those that match, or all when there is no filter. */
export function setSelected(
  context: PatchContext,
  op: 'add' | 'replace',
  target: AttributeTarget,
  json: unknown,
): void {
  const { attribute, filter, subAttribute } = target
  const interop = context.profile === 'interop'
  if (interop && subAttribute === undefined) {
    throw ScimError.of('invalidPath', 'The path must name a sub-attribute behind its value filter.')
  }
  const elements = elementsAt(context.resource, attribute)
  const selected = selectElements(context, elements, filter)
  if (interop && filter !== undefined && selected.size > 1) {
    throw ScimError.of('invalidFilter', 'The value filter matches more than one element.')
  }
  if (selected.size === 0) {
    createElement(context, op, target, json)
    return
  }
  const winners = new Set<ResourceValue>()
  const next = elements.flatMap((element) => {
    if (!selected.has(element)) return [element]
    const changed = changeElement(context, target, element, json)
    if (changed === undefined) return []
    if (isPrimary(changed)) winners.add(changed)
    return [changed]
  })
  assignElements(context, attribute, next, winners)
}

function assignElements(
  context: PatchContext,
  attribute: Attribute,
  elements: readonly ResourceValue[],
  winners: ReadonlySet<ResourceValue>,
): void {
  // Elements that became equal are merged once, at the end: here it would be done for every operation.
  assignValue(context, attribute, yieldPrimary(elements, winners))
}

function changeElement(
  context: PatchContext,
  { attribute, subAttribute }: AttributeTarget,
  element: ResourceValue | undefined,
  json: unknown,
): ResourceValue | undefined {
  if (attribute.type !== 'complex') return readElement(attribute, json, context)
  if (subAttribute === undefined && isUnassignment(json)) return undefined
  const parts =
    subAttribute === undefined
      ? readPartialComplex(attribute, json, context)
      : new Map([[subAttribute, readValue(subAttribute, json, context)]])
  const changed = withParts(attribute, element, parts)
  return carriesValue(attribute, changed) ? changed : undefined
}

/** Null and "" unassign; an object that names nothing changes nothing. */
export function isUnassignment(json: unknown): boolean {
  return !hasValue(json) && !isObject(json)
}

function createElement(
  context: PatchContext,
  op: 'add' | 'replace',
  target: AttributeTarget,
  json: unknown,
): void {
  const { attribute, filter } = target
  const compat = context.profile === 'compat'
  if (compat && filter !== undefined && !hasValue(json)) {
    context.warnings.add('no-match-ignored', attribute.path)
    return
  }
  const basis = filter !== undefined && (op === 'add' || compat) ? equalityParts(filter) : undefined
  // MUST: a value filter without match → 400 noTarget
  if (basis === undefined) throw ScimError.of('noTarget', `${attribute.path}: no element matches.`)
  const element =
    attribute.type === 'complex'
      ? changeElement(context, target, elementFromParts(attribute, basis), json)
      : changeElement(context, target, undefined, json)
  if (element === undefined)
    throw ScimError.of('noTarget', `${attribute.path}: no element matches.`)
  if (op === 'replace') context.warnings.add('element-created', attribute.path)
  const elements = [...elementsAt(context.resource, attribute), element]
  assignElements(context, attribute, elements, new Set([element]))
}

function elementFromParts(
  attribute: Attribute,
  parts: ReadonlyMap<Attribute, SimpleValue>,
): ResourceValue {
  return withParts(attribute, undefined, parts)
}

/**
 * The values that a conjunction of `eq` demands, from which an element can be made; undefined for
 * any other filter, a contradiction, or a sub-attribute that clients may not write.
 */
export function equalityParts(
  filter: ResolvedFilter,
): ReadonlyMap<Attribute, SimpleValue> | undefined {
  const parts = new Map<Attribute, SimpleValue>()
  const leaves = filter.kind === 'and' ? filter.operands : [filter]
  for (const leaf of leaves) {
    const inner = leaf.kind === 'and' ? equalityParts(leaf) : equalityPart(leaf)
    if (inner === undefined) return undefined
    for (const [attribute, value] of inner) {
      if (parts.has(attribute) && parts.get(attribute) !== value) return undefined
      parts.set(attribute, value)
    }
  }
  return parts
}

function equalityPart(leaf: ResolvedFilter): ReadonlyMap<Attribute, SimpleValue> | undefined {
  if (leaf.kind !== 'compare' || leaf.operator !== 'eq') return undefined
  const attribute = leaf.path.subAttribute ?? leaf.path.attribute
  if (attribute.mutability === 'readOnly' || attribute.derived === true) return undefined
  return new Map([[attribute, leaf.value]])
}
