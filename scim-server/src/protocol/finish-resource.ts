/** What every write checks on its result, once, before anything is stored. RFC 7643 §3. */
import type { Attribute, ResourceModel } from './attribute.ts'
import { assertOnePrimary, mergeDuplicates } from './elements.ts'
import { hasValue } from './filter-match.ts'
import { placeValue, valueAt } from './patch-place.ts'
import { isObject, type Resource, type ResourceValue, sameValue } from './resource.ts'
import { ScimError } from './scim-error.ts'
import type { Warnings } from './scim-warning.ts'

/**
 * Recomputes `schemas`, merges elements that became equal, and refuses a resource without a required
 * value, with two primary values, that refers to itself, or that is too large.
 */
export function finishResource(
  model: ResourceModel,
  resource: Resource,
  warnings: Warnings,
): Resource {
  const extensions = model.extensions.filter(({ id }) => hasValue(resource[id]))
  resource['schemas'] = [model.core.id, ...extensions.map(({ id }) => id)]
  for (const schema of [model.core, ...extensions]) {
    for (const attribute of schema.attributes.values()) {
      mergeElements(resource, attribute, warnings)
      checkAttribute(resource, attribute)
    }
  }
  const missing = model.extensions.find(({ id, required }) => required && !hasValue(resource[id]))
  if (missing !== undefined) throw ScimError.of('invalidValue', `${missing.id} is required.`)
  assertModestSize(resource)
  return resource
}

/** The longest resource as JSON: what we answer must be small enough to be sent back. */
const maxResourceBytes = 262_144

function assertModestSize(resource: Resource): void {
  if (Buffer.byteLength(JSON.stringify(resource)) <= maxResourceBytes) return
  throw ScimError.of('invalidValue', `A resource has at most ${maxResourceBytes} bytes as JSON.`)
}

function mergeElements(resource: Resource, attribute: Attribute, warnings: Warnings): void {
  const value = valueAt(resource, attribute)
  if (!Array.isArray(value) || attribute.mutability === 'readOnly') return
  const merged = mergeDuplicates(attribute, value as readonly ResourceValue[], warnings)
  assertOnePrimary(attribute, merged)
  placeValue(resource, attribute, merged)
}

function checkAttribute(resource: Resource, attribute: Attribute): void {
  const value = valueAt(resource, attribute)
  const writable = attribute.mutability !== 'readOnly'
  // MUST: required attributes have a value → 400 invalidValue
  if (attribute.required && writable && !hasValue(value)) {
    throw ScimError.of('invalidValue', `${attribute.path} is required.`)
  }
  const id = resource['id']
  if (attribute.notSelf === true && isObject(value) && id !== undefined && value['value'] === id) {
    throw ScimError.of('invalidValue', `${attribute.path} cannot be the resource itself.`)
  }
}

/** Whether two resources agree in everything a client may write; what the server derives is left out. */
export function sameContent(model: ResourceModel, a: Resource, b: Resource): boolean {
  return model.topLevel
    .filter((attribute) => attribute.mutability !== 'readOnly')
    .every((attribute) => sameWritten(attribute, valueAt(a, attribute), valueAt(b, attribute)))
}

/** Whether two values of an attribute agree in what a client may write. */
export function sameWritten(
  attribute: Attribute,
  a: ResourceValue | undefined,
  b: ResourceValue | undefined,
): boolean {
  return sameValue(written(attribute, a), written(attribute, b))
}

function written(attribute: Attribute, value: ResourceValue | undefined): unknown {
  if (Array.isArray(value)) {
    return (value as readonly ResourceValue[]).map((each) => written(attribute, each))
  }
  if (!isObject(value)) return value
  const children = [...attribute.children.values()]
  return Object.fromEntries(
    children
      .filter((child) => child.derived !== true && child.mutability !== 'readOnly')
      .filter((child) => hasValue(value[child.name]))
      .map((child) => [child.name, value[child.name]]),
  )
}
