/** References to resources that the same bulk request makes. RFC 7644 §3.7.2. */
import type { ResourceModel } from './attribute.ts'
import { isObject } from './resource.ts'

/** Says what stands for a reference; undefined takes the value that holds it away. */
export type ResolveReference = (bulkId: string) => string | undefined

/** The lower-cased names of the attributes whose values are ids of resources, so that there is a `$ref` too. */
export function referringNames(models: readonly ResourceModel[]): ReadonlySet<string> {
  const referring = models
    .flatMap(({ topLevel }) => topLevel)
    .filter(({ children, mutability }) => children.has('$ref') && mutability !== 'readOnly')
  return new Set(referring.map(({ name }) => name.toLowerCase()))
}

/** The bulkIds that data refers to, where an id may stand. */
export function findReferences(data: unknown, referring: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>()
  replaceReferences(data, referring, (bulkId) => {
    found.add(bulkId)
    return undefined
  })
  return found
}

/** The name in `bulkId:name`; undefined when the text is none. */
export function bulkIdOf(text: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined
}

/** A copy of data with each reference replaced. Elsewhere, as in a title, the same text is only text. */
export function replaceReferences(
  data: unknown,
  referring: ReadonlySet<string>,
  resolve: ResolveReference,
): unknown {
  return isObject(data) ? replaceMembers(data, undefined, { referring, resolve }) : data
}

interface Replacement {
  readonly referring: ReadonlySet<string>
  readonly resolve: ResolveReference
}

const prefix = 'bulkId:'

/** The place of a value: the attribute around it, and the attribute that a PATCH operation names. */
function replaceMembers(
  object: object,
  attribute: string | undefined,
  replacement: Replacement,
): Record<string, unknown> | undefined {
  const copy = Object.create(null) as Record<string, unknown>
  const members = Object.entries(object) as [string, unknown][]
  const path = members.find(([name, value]) => name === 'path' && typeof value === 'string')?.[1]
  const named = typeof path === 'string' ? attributeIn(path) : attribute
  for (const [name, value] of members) {
    const lower = name.toLowerCase()
    const isPath = lower === 'path' && typeof value === 'string'
    const inner = lower === 'value' || lower === '$ref' || isPath ? named : attributeIn(name)
    const replaced = isPath
      ? replaceInFilter(value, inner, replacement)
      : replaceValue(value, inner, replacement)
    if (replaced !== undefined) copy[name] = replaced
    // A reference without what it refers to is no element at all.
    else if (lower === 'value' || lower === '$ref' || isPath) return undefined
  }
  return copy
}

function replaceValue(
  value: unknown,
  attribute: string | undefined,
  replacement: Replacement,
): unknown {
  if (Array.isArray(value)) {
    return value
      .map((each: unknown) => replaceValue(each, attribute, replacement))
      .filter((each) => each !== undefined)
  }
  if (isObject(value)) return replaceMembers(value, attribute, replacement)
  const { referring, resolve } = replacement
  if (typeof value !== 'string' || attribute === undefined || !referring.has(attribute)) {
    return value
  }
  // `$ref` is a URL whose last segment is the reference.
  const start = value.lastIndexOf('/') + 1
  const bulkId = bulkIdOf(value.slice(start))
  if (bulkId === undefined) return value
  const id = resolve(bulkId)
  return id === undefined ? undefined : `${value.slice(0, start)}${id}`
}

/** `members[value eq "bulkId:x"]`. */
function replaceInFilter(
  path: string,
  attribute: string | undefined,
  replacement: Replacement,
): string | undefined {
  const { referring, resolve } = replacement
  if (attribute === undefined || !referring.has(attribute)) return path
  let isWhole = true
  const replaced = path.replaceAll(/"bulkId:([^"\\]*)"/g, (_, bulkId: string) => {
    const id = resolve(bulkId)
    if (id === undefined) isWhole = false
    return `"${id}"`
  })
  return isWhole ? replaced : undefined
}

/** The lower-cased name of the attribute that a key or a path begins with, behind its URN. */
function attributeIn(path: string): string {
  const bare = path.split('[')[0] ?? ''
  const name = bare.slice(bare.lastIndexOf(':') + 1)
  return (name.split('.')[0] ?? '').toLowerCase()
}
