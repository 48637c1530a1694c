/** Add operation. RFC 7644 §3.5.2.1. */
import type { Attribute } from './attribute.ts'
import { assertOnePrimary, identityOf, isPrimary, mergeElement, yieldPrimary } from './elements.ts'
import { assignValue, elementsAt, type PatchContext, valueAt, withParts } from './patch-place.ts'
import { isUnassignment, setSelected, setSubAttribute } from './patch-selected.ts'
import type { AttributeTarget } from './patch-target.ts'
import { readElements, readPartialComplex, readValue } from './read-value.ts'
import { isObject, type ResourceValue } from './resource.ts'

/** Adds a value: sets a singular one, merges a complex one, appends to a multi-valued one. */
export function applyAdd(
  context: PatchContext,
  target: AttributeTarget,
  json: unknown,
  op: 'add' | 'replace' = 'add',
): void {
  const { attribute, filter, subAttribute } = target
  if (filter !== undefined || (attribute.multiValued && subAttribute !== undefined)) {
    setSelected(context, 'add', target, json)
  } else if (subAttribute !== undefined) {
    setSubAttribute(context, op, attribute, subAttribute, json)
  } else if (attribute.multiValued) {
    appendElements(context, attribute, json)
  } else if (attribute.type === 'complex') {
    mergeComplex(context, attribute, json)
  } else {
    assignValue(context, attribute, readValue(attribute, json, context))
  }
}

/** Sets the sub-attributes that the value names, empty ones unassign theirs; null and "" unassign the whole. */
export function mergeComplex(context: PatchContext, attribute: Attribute, json: unknown): void {
  const before = valueAt(context.resource, attribute)
  const after = isUnassignment(json)
    ? undefined
    : withParts(attribute, before, readPartialComplex(attribute, json, context))
  assignValue(context, attribute, after)
}

function appendElements(context: PatchContext, attribute: Attribute, json: unknown): void {
  const list = isObject(json) && context.profile !== 'compat' ? [json] : json
  const elements = [...elementsAt(context.resource, attribute)]
  const places = new Map(elements.map((each, index) => [identityOf(attribute, each), index]))
  const winners = new Set<ResourceValue>()
  for (const added of readElements(attribute, list, context)) {
    const identity = identityOf(attribute, added)
    const place = places.get(identity) ?? elements.length
    const before = elements[place]
    const after = before === undefined ? added : mergeElement(attribute, before, added)
    places.set(identity, place)
    elements[place] = after
    if (before !== undefined) winners.delete(before)
    if (isPrimary(added)) winners.add(after)
  }
  // MUST: a new primary takes the mark from the old one, but two new ones contradict each other.
  const settled = yieldPrimary(elements, winners)
  assertOnePrimary(attribute, settled)
  assignValue(context, attribute, settled)
}
