import {
  isAttributePath,
  namesPrototype,
  resolveName,
  type ResolvedName,
} from './attribute-path.ts'
/** What the path of an operation names. RFC 7644 §3.5.2, figure 7. */
import type { Attribute, ResourceModel, Schema } from './attribute.ts'
import { parseFilter } from './filter-parser.ts'
import { resolveElementFilter } from './filter-resolve.ts'
import { endOfString } from './filter-scanner.ts'
import type { ResolvedFilter } from './filter.ts'
import type { Profile } from './profile.ts'
import { ScimError } from './scim-error.ts'
import type { ScimWarningCode } from './scim-warning.ts'

/** A place in a resource: `emails[type eq "work"].value` has all three parts. */
export interface AttributeTarget {
  readonly kind: 'attribute'
  readonly attribute: Attribute
  readonly filter: ResolvedFilter | undefined
  readonly subAttribute: Attribute | undefined
}

/** A place, a whole schema, or something that this profile passes over with a remark. */
export type PatchTarget =
  | AttributeTarget
  | { readonly kind: 'schema'; readonly schema: Schema }
  | { readonly kind: 'ignored'; readonly code: ScimWarningCode; readonly path: string }

/** Whether the text is the `path` of an operation or a key of its value, which is read as body. */
export type TargetOrigin = 'path' | 'key'

/** Resolves a path; throws invalidPath, invalidFilter, or in `interop` invalidSyntax for unknowns. */
export function resolveTarget(
  text: string,
  model: ResourceModel,
  profile: Profile,
  origin: TargetOrigin,
): PatchTarget {
  const { base, filter, sub } = splitPath(text)
  if (namesPrototype(base) || (sub !== undefined && namesPrototype(sub))) {
    throw invalidPath('The path holds a name that is not allowed.')
  }
  if (!isAttributePath(base)) {
    const foreignUri = base.includes(':') && (profile === 'compat' || origin === 'key')
    if (foreignUri) return unknownTarget({ kind: 'unknown-schema' }, base, profile, origin)
    throw invalidPath('The path cannot be parsed.')
  }
  const name = resolveName(base, model, profile)
  if (name.kind === 'unknown-schema' || name.kind === 'unknown-attribute') {
    return unknownTarget(name, base, profile, origin)
  }
  if (filter === undefined) {
    if (name.kind === 'schema') return name
    return { ...name, filter: undefined }
  }
  if (name.kind === 'schema' || name.subAttribute !== undefined || !name.attribute.multiValued) {
    throw invalidPath('Only a multi-valued attribute takes a value filter.')
  }
  const { attribute } = name
  const resolved = resolveElementFilter(parseFilter(filter, profile), attribute, profile)
  const subAttribute = sub === undefined ? undefined : attribute.children.get(sub.toLowerCase())
  if (sub !== undefined && subAttribute === undefined) {
    return unknownTarget({ kind: 'unknown-attribute' }, `${attribute.path}.${sub}`, profile, origin)
  }
  return { kind: 'attribute', attribute, filter: resolved, subAttribute }
}

function unknownTarget(
  name: Extract<ResolvedName, { kind: 'unknown-schema' | 'unknown-attribute' }>,
  path: string,
  profile: Profile,
  origin: TargetOrigin,
): PatchTarget {
  if (profile === 'interop') {
    throw ScimError.of('invalidSyntax', 'The operation names an unknown attribute or schema.')
  }
  const isPassword = path.toLowerCase() === 'password'
  if (
    origin === 'key' ||
    (profile === 'compat' && (isPassword || name.kind === 'unknown-schema'))
  ) {
    return { kind: 'ignored', code: ignoredCode(name.kind, isPassword), path }
  }
  throw invalidPath('The path names an unknown attribute or schema.')
}

function ignoredCode(kind: ResolvedName['kind'], isPassword: boolean): ScimWarningCode {
  if (isPassword) return 'password-discarded'
  return kind === 'unknown-schema' ? 'unknown-schema-ignored' : 'unknown-attribute-ignored'
}

interface PathParts {
  readonly base: string
  readonly filter: string | undefined
  readonly sub: string | undefined
}

function splitPath(text: string): PathParts {
  const opening = text.indexOf('[')
  if (opening < 0) return { base: text, filter: undefined, sub: undefined }
  let at = opening + 1
  while (at < text.length && text[at] !== ']')
    at = text[at] === '"' ? endOfString(text, at) : at + 1
  if (at >= text.length) throw invalidPath('The path lacks a closing bracket.')
  const rest = text.slice(at + 1)
  if (rest !== '' && !/^\.\$?[A-Za-z][\w-]*$/.test(rest)) {
    throw invalidPath('The path has something unexpected behind its value filter.')
  }
  return {
    base: text.slice(0, opening),
    filter: text.slice(opening + 1, at),
    sub: rest === '' ? undefined : rest.slice(1),
  }
}

function invalidPath(detail: string): ScimError {
  return ScimError.of('invalidPath', detail)
}
