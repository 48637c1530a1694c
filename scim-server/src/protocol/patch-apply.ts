/** Modifying with PATCH. RFC 7644 §3.5.2. */
import type { Attribute, ResourceModel, Schema } from './attribute.ts'
import { hasValue } from './filter-match.ts'
import { finishResource, sameContent } from './finish-resource.ts'
import { inTurns } from './in-turns.ts'
import { applyAdd } from './patch-add.ts'
import { PatchBudget } from './patch-budget.ts'
import { type PatchContext, valueAt } from './patch-place.ts'
import { applyRemove } from './patch-remove.ts'
import { applyReplace } from './patch-replace.ts'
import type { PatchOperation, PatchRequest } from './patch-request.ts'
import { compileRows } from './patch-rows.ts'
import { type AttributeTarget, resolveTarget, type TargetOrigin } from './patch-target.ts'
import type { Profile } from './profile.ts'
import { copyValue, isObject, type Resource, sameValue } from './resource.ts'
import type { EngineResult } from './row-operation.ts'
import { ScimError } from './scim-error.ts'
import { Warnings } from './scim-warning.ts'

/**
 * Applies all operations, in order, to a copy; rejects and changes nothing when one is refused. Attributes stored as rows
 * are left to `rowOperations`. Unchanged content answers the resource given. Others have turns between the operations.
 */
export function applyPatch(
  model: ResourceModel,
  resource: Resource,
  request: PatchRequest,
  profile: Profile,
): Promise<EngineResult> {
  return inTurns(patchSteps(model, resource, request, profile))
}

/** The steps of a PATCH, of which none takes long; the last one has its result. */
export function* patchSteps(
  model: ResourceModel,
  resource: Resource,
  request: PatchRequest,
  profile: Profile,
): Generator<void, EngineResult> {
  const warnings = new Warnings()
  for (const { code, path } of request.warnings) warnings.add(code, path)
  const copy = copyValue(resource)
  const budget = new PatchBudget()
  const context: PatchContext = {
    model,
    profile,
    warnings,
    budget,
    resource: copy,
    rowOperations: [],
  }
  for (const operation of request.operations) yield* operationSteps(context, operation)
  const patched = finishResource(model, copy, warnings)
  const changed = !sameContent(model, resource, patched)
  return {
    resource: changed ? patched : resource,
    changed,
    rowOperations: context.rowOperations,
    warnings: warnings.list(),
  }
}

function* operationSteps(
  context: PatchContext,
  { op, path, value }: PatchOperation,
): Generator<void> {
  // MUST: remove without path → 400 noTarget
  if (path === undefined && op === 'remove') throw ScimError.of('noTarget', 'remove needs a path.')
  if (path === undefined && context.profile === 'interop') {
    throw ScimError.of('invalidSyntax', 'An operation needs a path.')
  }
  if (op !== 'remove' && value === undefined) {
    throw ScimError.of('invalidValue', `${op} needs a value.`)
  }
  if (path !== undefined) yield* stepsAt(context, op, path, value, 'path')
  else if (isObject(value)) yield* stepsOfEach(context, op, '', value)
  else throw ScimError.of('invalidValue', `${op} without path needs an object as value.`)
}

function* stepsOfEach(
  context: PatchContext,
  op: PatchOperation['op'],
  prefix: string,
  object: object,
): Generator<void> {
  for (const [key, each] of Object.entries(object)) {
    yield* stepsAt(context, op, `${prefix}${key}`, each as unknown, 'key')
  }
}

function* stepsAt(
  context: PatchContext,
  op: PatchOperation['op'],
  path: string,
  value: unknown,
  origin: TargetOrigin,
): Generator<void> {
  if (path.includes('[')) context.budget.spendOnText(path)
  const target = resolveTarget(path, context.model, context.profile, origin)
  switch (target.kind) {
    case 'ignored':
      context.warnings.add(target.code, target.path)
      break
    case 'schema':
      yield* schemaSteps(context, op, target.schema, value)
      break
    case 'attribute':
      if (!isPassedOver(context, op, target, value, origin))
        applyToAttribute(context, op, target, value)
      break
    default:
      target satisfies never
  }
  yield
}

function* schemaSteps(
  context: PatchContext,
  op: PatchOperation['op'],
  schema: Schema,
  value: unknown,
): Generator<void> {
  const empties = op === 'remove' || !hasValue(value)
  if (!empties && isObject(value)) {
    yield* stepsOfEach(context, op, `${schema.id}:`, value)
  } else if (!empties || !schema.extension) {
    throw ScimError.of('invalidValue', `${schema.id} needs an object as value.`)
  } else {
    for (const attribute of schema.attributes.values()) {
      if (attribute.mutability === 'readOnly') continue
      const target: AttributeTarget = {
        kind: 'attribute',
        attribute,
        filter: undefined,
        subAttribute: undefined,
      }
      applyToAttribute(context, 'remove', target, undefined)
    }
  }
}

function applyToAttribute(
  context: PatchContext,
  op: PatchOperation['op'],
  target: AttributeTarget,
  value: unknown,
): void {
  if (target.attribute.stored === 'rows') compileRows(context, op, target, value)
  else if (op === 'remove') applyRemove(context, target, value)
  else if (op === 'add') applyAdd(context, target, value)
  else applyReplace(context, target, value)
}

/**
 * Whether an operation on what the server owns is passed over with a remark. MUST: else 400
 * mutability. `compat` tolerates the value that is there (Okta sends `id` with every rename) and
 * server data inside an object that a client read from us and sends back.
 */
function isPassedOver(
  { resource, profile, warnings }: PatchContext,
  op: PatchOperation['op'],
  { attribute, subAttribute, filter }: AttributeTarget,
  value: unknown,
  origin: TargetOrigin,
): boolean {
  const owned = ownedByServer(attribute, subAttribute)
  if (owned === undefined) return false
  const recomputed = attribute.name === 'schemas' && attribute.extension === undefined
  const tolerated =
    op !== 'remove' &&
    (recomputed ||
      owned.derived === true ||
      (profile === 'compat' &&
        ((origin === 'key' && attribute.name !== 'id') ||
          (filter === undefined && equalsCurrent(resource, attribute, subAttribute, value)))))
  if (!tolerated) throw ScimError.of('mutability', `${owned.path} is read-only.`)
  warnings.add('read-only-ignored', owned.path)
  return true
}

function ownedByServer(
  attribute: Attribute,
  subAttribute: Attribute | undefined,
): Attribute | undefined {
  if (attribute.mutability === 'readOnly') return attribute
  if (subAttribute?.mutability === 'readOnly' || subAttribute?.derived === true) return subAttribute
  return undefined
}

function equalsCurrent(
  resource: Resource,
  attribute: Attribute,
  subAttribute: Attribute | undefined,
  value: unknown,
): boolean {
  const whole = valueAt(resource, attribute)
  const current = subAttribute === undefined || !isObject(whole) ? whole : whole[subAttribute.name]
  return hasValue(value) ? sameValue(value, current) : !hasValue(current)
}
