/** Replacing with PUT. RFC 7644 §3.5.1. */
import type { Attribute, ResourceModel } from './attribute.ts'
import { finishResource, sameContent, sameWritten } from './finish-resource.ts'
import { assertUnchanged, placeValue, valueAt } from './patch-place.ts'
import type { Profile } from './profile.ts'
import { emptyObject, type Resource, type ResourceValue } from './resource.ts'
import type { EngineResult, RowOperation } from './row-operation.ts'
import { Warnings } from './scim-warning.ts'
import type { ParsedResource } from './validate-resource.ts'

/**
 * The resource that a PUT makes of the current one: what the client may write comes from the body,
 * what the server owns stays, and so do `active` and `externalId` when the body omits them.
 */
export function mergePut(
  model: ResourceModel,
  current: Resource,
  parsed: ParsedResource,
  profile: Profile,
): EngineResult {
  const merged = emptyObject()
  const rowOperations: RowOperation[] = []
  for (const attribute of model.topLevel) {
    if (attribute.stored === 'rows') {
      rowOperations.push(...replaceRows(attribute, parsed, profile))
    } else {
      const before = valueAt(current, attribute)
      const given = valueAt(parsed.resource, attribute)
      placeValue(merged, attribute, mergedValue(attribute, before, given))
    }
  }
  // The body's own duplicates are merged, and told of, by who parsed it.
  const resource = finishResource(model, merged, new Warnings())
  const changed = !sameContent(model, current, resource)
  return {
    resource: changed ? resource : current,
    changed,
    rowOperations,
    warnings: parsed.warnings,
  }
}

function mergedValue(
  attribute: Attribute,
  before: ResourceValue | undefined,
  given: ResourceValue | undefined,
): ResourceValue | undefined {
  if (attribute.mutability === 'readOnly') return before
  if (attribute.mutability === 'immutable') {
    // MUST: an immutable value that is given matches → 400 mutability
    if (given !== undefined) assertUnchanged(attribute, before, given)
    return before ?? given
  }
  if (given === undefined) return attribute.keptWhenOmitted === true ? before : undefined
  // What the server derived from an equal value is still right.
  return sameWritten(attribute, before, given) ? before : given
}

/** Some clients PUT a group without its members: only the strict profiles take that for "none". */
function replaceRows(
  attribute: Attribute,
  { rows }: ParsedResource,
  profile: Profile,
): readonly RowOperation[] {
  const values = rows.get(attribute.path)
  if (values === undefined && profile === 'compat') return []
  return values === undefined || values.length === 0
    ? [{ attribute: attribute.path, kind: 'clear' }]
    : [{ attribute: attribute.path, kind: 'replace', values }]
}
