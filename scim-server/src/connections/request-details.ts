import type { Attribute, ResourceModel } from '../protocol/attribute.ts'
import { sameWritten } from '../protocol/finish-resource.ts'
import { valueAt } from '../protocol/patch-place.ts'
import type { PatchOperation } from '../protocol/patch-request.ts'
import { isObject, type Resource, type ResourceValue } from '../protocol/resource.ts'
import { loggedPath } from './request-log-query.ts'
import type { ScimRequestDetails } from './request-log.ts'

type Operations = NonNullable<ScimRequestDetails['operations']>
type Changes = NonNullable<ScimRequestDetails['changes']>

const maxOperations = 50
const maxNameCharacters = 200

/** What a PATCH asks for, as the request log may keep it: one without a path is told by the names in its value. */
export function describeOperations(operations: readonly PatchOperation[]): Operations {
  return operations
    .slice(0, maxOperations)
    .flatMap(({ op, path, value }): Operations => {
      if (path !== undefined) return [{ op, path: nameOf(loggedPath(path)) }]
      const names = isObject(value) ? Object.keys(value).slice(0, maxOperations) : []
      return names.length === 0
        ? [{ op, path: null }]
        : names.map((name) => ({ op, path: nameOf(name) }))
    })
    .slice(0, maxOperations)
}

/** Which attributes a request made otherwise, without their values; of a singular complex one its parts. */
export function describeChanges(
  model: ResourceModel,
  before: Resource | undefined,
  after: Resource,
): Changes {
  return model.topLevel.flatMap((attribute) => {
    if (attribute.mutability === 'readOnly' || attribute.stored === 'rows') return []
    const was = before === undefined ? undefined : valueAt(before, attribute)
    return changesOf(attribute, was, valueAt(after, attribute))
  })
}

function changesOf(
  attribute: Attribute,
  before: ResourceValue | undefined,
  after: ResourceValue | undefined,
): Changes {
  if (sameWritten(attribute, before, after)) return []
  if (attribute.multiValued || attribute.children.size === 0) {
    return [{ path: attribute.path, before: shown(before), after: shown(after) }]
  }
  return [...attribute.children.values()].flatMap((child) => {
    if (child.derived === true || child.mutability === 'readOnly') return []
    return changesOf(child, partOf(before, child), partOf(after, child))
  })
}

function partOf(value: ResourceValue | undefined, child: Attribute): ResourceValue | undefined {
  return isObject(value) ? value[child.name] : undefined
}

/** Whether somebody is active is what administrators look for; anything else may say who they are. */
function shown(value: ResourceValue | undefined): boolean | '…' | null {
  if (value === undefined) return null
  return typeof value === 'boolean' ? value : '…'
}

/** A client chooses the names that it sends: they are kept short, and as the database can store them. */
function nameOf(text: string): string {
  const cut = text.length > maxNameCharacters ? `${text.slice(0, maxNameCharacters)}…` : text
  return cut.toWellFormed().replaceAll('\0', '\uFFFD')
}
