import { resolveName } from './attribute-path.ts'
/** Which attributes a response holds. RFC 7644 §3.9, RFC 7643 §7 `returned`. */
import type { Attribute, ResourceModel } from './attribute.ts'
import { placeValue, valueAt } from './patch-place.ts'
import { emptyObject, isObject, type Resource, type ResourceValue } from './resource.ts'
import { ScimError } from './scim-error.ts'

/** The two parameters as parsed; names are looked up per resource type, unknown ones are ignored. */
export type Projection =
  | { readonly kind: 'default' }
  | { readonly kind: 'only'; readonly names: readonly string[] }
  | { readonly kind: 'except'; readonly names: readonly string[] }

/** A projection bound to a resource type. */
export interface Projector {
  /** Whether a response holds the top-level attribute at a canonical path, so that it must be read. */
  readonly needs: (path: string) => boolean
  /** A copy with just the attributes that the response holds. */
  readonly project: (resource: Resource) => Resource
}

/** Reads `attributes` and `excludedAttributes` of a query (comma lists) or a SearchRequest (arrays). */
export function parseProjection(attributes: unknown, excludedAttributes: unknown): Projection {
  const only = parseNames(attributes, 'attributes')
  const except = parseNames(excludedAttributes, 'excludedAttributes')
  // MUST: mutually exclusive → 400 invalidValue
  if (only.length > 0 && except.length > 0) {
    throw ScimError.of('invalidValue', 'attributes and excludedAttributes exclude each other.')
  }
  if (only.length > 0) return { kind: 'only', names: only }
  return except.length > 0 ? { kind: 'except', names: except } : { kind: 'default' }
}

function parseNames(value: unknown, parameter: string): readonly string[] {
  if (value === undefined || value === null) return []
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.flatMap((each) => {
    if (typeof each !== 'string') {
      throw ScimError.of('invalidValue', `${parameter} must be a list of attribute names.`)
    }
    return each
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
  })
}

/** Those of requests that name no attributes. */
const defaultProjectors = new WeakMap<ResourceModel, Projector>()

/** Binds a projection to a resource type; build it once per request. */
export function createProjector(model: ResourceModel, projection: Projection): Projector {
  const known = projection.kind === 'default' ? defaultProjectors.get(model) : undefined
  const projector = known ?? bindProjection(model, projection)
  if (projection.kind === 'default') defaultProjectors.set(model, projector)
  return projector
}

function bindProjection(model: ResourceModel, projection: Projection): Projector {
  const named =
    projection.kind === 'default' ? new Set<string>() : namedPaths(model, projection.names)

  function holds(attribute: Attribute): boolean {
    if (attribute.returned === 'always') return true
    if (attribute.returned === 'never') return false
    if (projection.kind === 'only') {
      return (
        named.has(attribute.path) ||
        [...attribute.children.values()].some((child) => named.has(child.path))
      )
    }
    return attribute.returned === 'default' && !named.has(attribute.path)
  }

  function holdsChild(parent: Attribute, child: Attribute): boolean {
    if (child.returned === 'always') return true
    if (child.returned === 'never') return false
    if (named.has(child.path)) return projection.kind === 'only'
    if (projection.kind === 'only' && !named.has(parent.path) && parent.returned !== 'always')
      return false
    return child.returned === 'default'
  }

  const held = model.topLevel
    .filter((attribute) => holds(attribute))
    .map((attribute) => ({
      attribute,
      children: [...attribute.children.values()].filter((child) => holdsChild(attribute, child)),
    }))
  const heldPaths = new Set(held.map(({ attribute }) => attribute.path))
  return {
    needs: (path) => heldPaths.has(path),
    project(resource) {
      const projected = emptyObject()
      for (const { attribute, children } of held) {
        const value = valueAt(resource, attribute)
        if (value === undefined) continue
        const seen = projectValue(children, value)
        const empty = isObject(seen) && Object.keys(seen).length === 0
        if (!empty) placeValue(projected, attribute, seen)
      }
      return projected
    },
  }
}

/** A value with just those of its sub-attributes. */
function projectValue(children: readonly Attribute[], value: ResourceValue): ResourceValue {
  if (Array.isArray(value)) {
    return (value as readonly ResourceValue[])
      .map((each) => projectValue(children, each))
      .filter((each) => !isObject(each) || Object.keys(each).length > 0)
  }
  if (!isObject(value)) return value
  const projected = emptyObject()
  for (const { name } of children) {
    const each = value[name]
    if (each !== undefined) projected[name] = each
  }
  return projected
}

/** Canonical paths that the names refer to; a schema URN stands for what it returns by default. */
function namedPaths(model: ResourceModel, names: readonly string[]): ReadonlySet<string> {
  const paths = new Set<string>()
  for (const name of names) {
    // Unprefixed extension attributes are understood in every profile: nothing is refused here.
    const resolved = resolveName(name, model, 'compat')
    if (resolved.kind === 'attribute') {
      paths.add((resolved.subAttribute ?? resolved.attribute).path)
    } else if (resolved.kind === 'schema') {
      for (const attribute of resolved.schema.attributes.values()) {
        if (attribute.returned === 'default') paths.add(attribute.path)
      }
    }
  }
  return paths
}
