/** Attribute notation: grammar and resolution. RFC 7644 §3.10. */
import type { Attribute, ResourceModel, Schema } from './attribute.ts'
import type { Profile } from './profile.ts'

/** What a name without value filter refers to in a resource type. */
export type ResolvedName =
  | { readonly kind: 'schema'; readonly schema: Schema }
  | {
      readonly kind: 'attribute'
      readonly attribute: Attribute
      readonly subAttribute: Attribute | undefined
    }
  | { readonly kind: 'unknown-schema' }
  | { readonly kind: 'unknown-attribute' }

const name = String.raw`\$?[A-Za-z][\w-]*`
const plainPath = new RegExp(String.raw`^${name}(?:\.${name})?$`)
const urnPath = /^urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}(?:[:.][\w$-]+)+$/i

/** Whether a text is a path by grammar; says nothing about whether the names exist. */
export function isAttributePath(text: string): boolean {
  return plainPath.test(text) || urnPath.test(text)
}

/** Names that reach an object's prototype where someone forgets a null one; refused on sight. */
export function namesPrototype(text: string): boolean {
  return text
    .split(/[.:[\]\s]/)
    .some((part) => part === '__proto__' || part === 'constructor' || part === 'prototype')
}

/**
 * Resolves `userName`, `name.givenName`, `urn:…:User:manager.value` or a whole schema URN. The URN
 * is the longest registered one that begins the text: `2.0` holds a dot, so it can't be split off.
 * `compat` also finds an unprefixed extension attribute when exactly one extension has it.
 */
export function resolveName(text: string, model: ResourceModel, profile: Profile): ResolvedName {
  const lower = text.toLowerCase()
  const whole = model.schemas.get(lower)
  if (whole !== undefined) return { kind: 'schema', schema: whole }
  const schema = longestPrefix(lower, model)
  if (schema !== undefined) return inSchema(lower.slice(schema.id.length + 1), schema)
  if (lower.includes(':')) return { kind: 'unknown-schema' }
  const inCore = inSchema(lower, model.core)
  if (inCore.kind === 'attribute' || profile !== 'compat') return inCore
  const found = model.extensions
    .map((extension) => inSchema(lower, extension))
    .filter((each) => each.kind === 'attribute')
  const [only] = found
  return found.length === 1 && only !== undefined ? only : inCore
}

function longestPrefix(lower: string, model: ResourceModel): Schema | undefined {
  let best: Schema | undefined
  for (const [urn, schema] of model.schemas) {
    if (lower.startsWith(`${urn}:`) && urn.length > (best?.id.length ?? 0)) best = schema
  }
  return best
}

function inSchema(lower: string, schema: Schema): ResolvedName {
  const dot = lower.indexOf('.')
  const attribute = schema.attributes.get(dot < 0 ? lower : lower.slice(0, dot))
  if (attribute === undefined) return { kind: 'unknown-attribute' }
  if (dot < 0) return { kind: 'attribute', attribute, subAttribute: undefined }
  const subAttribute = attribute.children.get(lower.slice(dot + 1))
  if (subAttribute === undefined) return { kind: 'unknown-attribute' }
  return { kind: 'attribute', attribute, subAttribute }
}
