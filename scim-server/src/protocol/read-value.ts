import { namesPrototype } from './attribute-path.ts'
/** Values of requests, read by their attribute's definition. RFC 7643 §2.3–§2.5. */
import type { Attribute } from './attribute.ts'
import { mergeDuplicates, assertOnePrimary } from './elements.ts'
import { hasValue } from './filter-match.ts'
import { assertFewElements } from './patch-place.ts'
import { emptyObject, isObject, type ResourceObject, type ResourceValue } from './resource.ts'
import { ScimError } from './scim-error.ts'
import { readSimpleValue, type ReadContext } from './simple-value.ts'

/**
 * Reads the whole value of an attribute; undefined means unassigned (null, "", [], or an object
 * without values). The result holds canonical names, no duplicates and at most one primary.
 */
export function readValue(
  attribute: Attribute,
  json: unknown,
  context: ReadContext,
): ResourceValue | undefined {
  if (!attribute.multiValued) return readSingleValue(attribute, json, context)
  const elements = readElements(attribute, json, context)
  const merged = mergeDuplicates(attribute, elements, context.warnings)
  assertOnePrimary(attribute, merged)
  return merged.length === 0 ? undefined : merged
}

/** Reads a list as written: elements that carry nothing are left out, duplicates are kept. */
export function readElements(
  attribute: Attribute,
  json: unknown,
  context: ReadContext,
): readonly ResourceValue[] {
  if (json === null || json === '') return []
  const opened = openSeparatedList(attribute, json, context)
  assertFewElements(attribute, opened)
  return toJsonList(attribute, opened, context)
    .map((each) => readElement(attribute, each, context))
    .filter((each) => each !== undefined)
    .filter((each) => {
      const carries = carriesValue(attribute, each)
      if (!carries) context.warnings.add('element-without-value', attribute.path)
      return carries
    })
}

/** Entra's custom attributes hold one text: `"Sales;Support"`, also as `[{"value": "Sales;Support"}]`. */
export function openSeparatedList(
  attribute: Attribute,
  json: unknown,
  { profile, warnings }: ReadContext,
): unknown {
  if (attribute.alsoAccepts !== 'separated-list' || profile !== 'compat') return json
  const single: unknown = Array.isArray(json) && json.length === 1 ? json[0] : json
  const text = isObject(single) ? single['value'] : json
  if (typeof text !== 'string') return json
  warnings.add('value-coerced', attribute.path)
  return text
    .split(/[;,]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function toJsonList(attribute: Attribute, json: unknown, context: ReadContext): readonly unknown[] {
  if (Array.isArray(json)) return json
  if (context.profile !== 'compat') {
    throw ScimError.of('invalidValue', `${attribute.path} is multi-valued: its value is an array.`)
  }
  context.warnings.add('value-coerced', attribute.path)
  return [json]
}

/** Reads one element of a multi-valued attribute; undefined when nothing is in it. */
export function readElement(
  attribute: Attribute,
  json: unknown,
  context: ReadContext,
): ResourceValue | undefined {
  if (attribute.type === 'complex') return readComplex(attribute, json, context)
  return readSimpleValue(attribute, json, context)
}

function readSingleValue(
  attribute: Attribute,
  json: unknown,
  context: ReadContext,
): ResourceValue | undefined {
  return attribute.type === 'complex'
    ? readComplex(attribute, json, context)
    : readSimpleValue(attribute, json, context)
}

/** Reads an object by its sub-attributes; undefined when none has a value. */
export function readComplex(
  attribute: Attribute,
  json: unknown,
  context: ReadContext,
): ResourceObject | undefined {
  const source = toJsonObject(attribute, json, context)
  if (source === undefined) return undefined
  const result = emptyObject()
  for (const [name, each] of Object.entries(source)) {
    const child = subAttributeToWrite(attribute, name, context)
    const value = child === undefined ? undefined : readValue(child, each, context)
    if (child !== undefined && value !== undefined) result[child.name] = value
  }
  return hasValue(result) ? result : undefined
}

/** The sub-attributes that an object names, null for those it unassigns, in the order written. */
export function readPartialComplex(
  attribute: Attribute,
  json: unknown,
  context: ReadContext,
): ReadonlyMap<Attribute, ResourceValue | undefined> {
  const parts = new Map<Attribute, ResourceValue | undefined>()
  for (const [name, each] of Object.entries(toJsonObject(attribute, json, context) ?? {})) {
    const child = subAttributeToWrite(attribute, name, context)
    if (child !== undefined) parts.set(child, readValue(child, each, context))
  }
  return parts
}

function subAttributeToWrite(
  attribute: Attribute,
  name: string,
  { profile, warnings }: ReadContext,
): Attribute | undefined {
  assertHarmlessName(name)
  const child = attribute.children.get(name.toLowerCase())
  if (child === undefined) {
    if (profile === 'interop') {
      throw ScimError.of('invalidSyntax', `${attribute.path} has no such sub-attribute.`)
    }
    warnings.add('unknown-attribute-ignored', `${attribute.path}.${name}`)
    return undefined
  }
  if (child.derived === true) return undefined
  if (child.mutability === 'readOnly') {
    warnings.add('read-only-ignored', child.path)
    return undefined
  }
  return child
}

/** Refuses `__proto__`, `constructor` and `prototype` as names inside a value. */
export function assertHarmlessName(name: string): void {
  if (namesPrototype(name)) throw ScimError.of('invalidPath', 'A name in the body is not allowed.')
}

function toJsonObject(
  attribute: Attribute,
  json: unknown,
  context: ReadContext,
): ResourceObject | undefined {
  if (json === null || json === '') return undefined
  const compat = context.profile === 'compat'
  const value = compat ? shapeAsObject(attribute, json, context) : json
  if (value === undefined) return undefined
  if (!isObject(value)) throw ScimError.of('invalidValue', `${attribute.path} must be an object.`)
  if (attribute.children.get('$ref')?.derived === true) return valueFromReference(value)
  return compat && attribute.alsoAccepts === 'json-string'
    ? openJsonString(attribute, value, context)
    : value
}

/** `"id"` and `[{"value": "id"}]` for `{"value": "id"}`. */
function shapeAsObject(attribute: Attribute, json: unknown, { warnings }: ReadContext): unknown {
  const single: unknown = Array.isArray(json) && json.length < 2 ? json[0] : json
  if (single !== json) warnings.add('value-coerced', attribute.path)
  if (single === undefined || single === null || single === '') return undefined
  if (typeof single === 'object' || !attribute.children.has('value')) return single
  warnings.add('value-coerced', attribute.path)
  return { value: single }
}

/** A reference alone names its resource too: the last segment of `$ref` is the id. */
function valueFromReference(element: ResourceObject): ResourceObject {
  const names = Object.keys(element).map((name) => name.toLowerCase())
  const reference = element['$ref']
  if (names.includes('value') || typeof reference !== 'string') return element
  return { ...element, value: reference.slice(reference.lastIndexOf('/') + 1) }
}

/** Entra's AppRoleAssignmentsComplex: an object as text in `value`. */
function openJsonString(
  attribute: Attribute,
  element: ResourceObject,
  { warnings }: ReadContext,
): ResourceObject {
  const text = element['value']
  if (typeof text !== 'string' || !text.startsWith('{')) return element
  let inner: unknown
  try {
    inner = JSON.parse(text)
  } catch {
    return element
  }
  if (!isObject(inner) || typeof inner['value'] !== 'string') return element
  warnings.add('value-coerced', attribute.path)
  const display = inner['displayName'] ?? element['display']
  return {
    ...element,
    value: inner['value'],
    ...(typeof display === 'string' ? { display } : {}),
  }
}

/** Whether an element holds more than what describes it: a type without a value is nothing. */
export function carriesValue(attribute: Attribute, element: ResourceValue): boolean {
  if (!isObject(element)) return hasValue(element)
  const descriptive = attribute.children.has('value')
    ? ['type', 'primary', 'display', '$ref']
    : ['type', 'primary']
  return Object.keys(element).some((name) => !descriptive.includes(name) && hasValue(element[name]))
}
