/** Remove operation. RFC 7644 §3.5.2.2. */
import type { Attribute } from './attribute.ts'
import { childKey, keyOf } from './elements.ts'
import {
  assignValue,
  elementsAt,
  isNeverUnassigned,
  type PatchContext,
  selectElements,
  valueAt,
  withParts,
} from './patch-place.ts'
import type { AttributeTarget } from './patch-target.ts'
import { carriesValue, openSeparatedList, readElements } from './read-value.ts'
import { isObject, type ResourceValue } from './resource.ts'
import { ScimError } from './scim-error.ts'

/**
 * Removes a value, elements that match, or a sub-attribute of them. A `value` on a multi-valued
 * attribute lists the elements to remove: Entra sends it so, and RFC 7644 would empty the attribute.
 */
export function applyRemove(context: PatchContext, target: AttributeTarget, json: unknown): void {
  const { attribute, subAttribute, filter } = target
  const before = valueAt(context.resource, attribute)
  if (before === undefined && filter === undefined) {
    const lists = attribute.multiValued && json !== undefined && json !== null
    if (lists) context.warnings.add('no-match-ignored', attribute.path)
    return
  }
  if (!attribute.multiValued) {
    if (subAttribute === undefined) unassign(context, attribute)
    else {
      const parts = new Map([[subAttribute, remainder(context, subAttribute, before, json)]])
      assignValue(context, attribute, withParts(attribute, before, parts))
    }
  } else if (
    filter === undefined &&
    subAttribute === undefined &&
    json !== undefined &&
    json !== null
  ) {
    removeListed(context, attribute, json)
  } else if (filter === undefined && subAttribute === undefined) {
    unassign(context, attribute)
  } else {
    removeSelected(context, target)
  }
}

/** MUST: a required or immutable attribute cannot be removed → 400 mutability */
function unassign(context: PatchContext, attribute: Attribute): void {
  const refused = context.profile !== 'compat' && isNeverUnassigned(attribute)
  if (attribute.required || refused) {
    throw ScimError.of('mutability', `${attribute.path} cannot be removed.`)
  }
  assignValue(context, attribute, undefined)
}

function removeSelected(
  context: PatchContext,
  { attribute, filter, subAttribute }: AttributeTarget,
): void {
  const elements = elementsAt(context.resource, attribute)
  const selected = selectElements(context, elements, filter)
  if (selected.size === 0) {
    // MUST: a value filter without match → 400 noTarget
    if (context.profile !== 'compat') {
      throw ScimError.of('noTarget', `${attribute.path}: no element matches.`)
    }
    context.warnings.add('no-match-ignored', attribute.path)
    return
  }
  if (context.profile === 'interop' && filter !== undefined && selected.size > 1) {
    throw ScimError.of('invalidFilter', 'The value filter matches more than one element.')
  }
  const next = elements.flatMap((element) => {
    if (!selected.has(element)) return [element]
    if (subAttribute === undefined) return []
    const rest = withParts(attribute, element, new Map([[subAttribute, undefined]]))
    return carriesValue(attribute, rest) ? [rest] : []
  })
  assignValue(context, attribute, next)
}

/** What is left of a sub-attribute: of several values those that the request doesn't list. */
function remainder(
  context: PatchContext,
  subAttribute: Attribute,
  before: ResourceValue | undefined,
  json: unknown,
): ResourceValue | undefined {
  const value = isObject(before) ? before[subAttribute.name] : undefined
  if (!Array.isArray(value) || json === undefined || json === null) return undefined
  const left = withoutListed(context, subAttribute, value as readonly ResourceValue[], json)
  return left.length === 0 ? undefined : left
}

function removeListed(context: PatchContext, attribute: Attribute, json: unknown): void {
  const elements = elementsAt(context.resource, attribute)
  assignValue(context, attribute, withoutListed(context, attribute, elements, json))
}

function withoutListed(
  context: PatchContext,
  attribute: Attribute,
  elements: readonly ResourceValue[],
  json: unknown,
): readonly ResourceValue[] {
  const opened = openSeparatedList(attribute, json, context)
  const list = Array.isArray(opened) ? opened : [opened]
  const listed = readElements(attribute, list, context)
  if (listed.length === 0) {
    context.warnings.add('empty-list-ignored', attribute.path)
    return elements
  }
  const left = elements.filter(
    (element) => !listed.some((each) => isListed(attribute, element, each)),
  )
  if (left.length === elements.length) context.warnings.add('no-match-ignored', attribute.path)
  return left
}

function isListed(attribute: Attribute, element: ResourceValue, listed: ResourceValue): boolean {
  if (!isObject(element) || !isObject(listed)) {
    return keyOf(attribute, element) === keyOf(attribute, listed)
  }
  const names = listed['value'] === undefined ? Object.keys(listed) : ['value']
  return names.every((name) => {
    const child = attribute.children.get(name.toLowerCase())
    return child !== undefined && childKey(child, element) === childKey(child, listed)
  })
}
