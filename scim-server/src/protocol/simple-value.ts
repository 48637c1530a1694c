/** Values of simple attributes. RFC 7643 §2.3. */
import type { Attribute } from './attribute.ts'
import { fold } from './fold.ts'
import { parseInstant } from './instant.ts'
import type { Profile } from './profile.ts'
import type { SimpleValue } from './resource.ts'
import { ScimError } from './scim-error.ts'
import type { Warnings } from './scim-warning.ts'

/** How one request is read, and where its remarks go. */
export interface ReadContext {
  readonly profile: Profile
  readonly warnings: Warnings
}

/** The longest text of one attribute value. */
export const maxTextCharacters = 1024
/** The longest key of an indexed value; PostgreSQL refuses an entry of 2,705 bytes, and some hold two keys. */
const maxKeyBytes = 1024
/** The longest binary or reference value: a certificate or a picture as data URI, with room for the rest of a resource. */
export const maxBinaryCharacters = 245_760

/** Base64 in either alphabet of RFC 4648, padded or not. */
export function isBase64(text: string): boolean {
  if (!/^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}$/.test(text)) return false
  const bare = text.replace(/=+$/, '').length
  return bare % 4 !== 1 && (bare === text.length || text.length % 4 === 0)
}

/** Reads a simple value of the attribute's type; null and "" are undefined: unassigned. */
export function readSimpleValue(
  attribute: Attribute,
  json: unknown,
  context: ReadContext,
): SimpleValue | undefined {
  const value = context.profile === 'compat' ? coerce(attribute, json, context) : json
  if (value === null || value === '') return undefined
  switch (attribute.type) {
    case 'boolean':
      if (typeof value === 'boolean') return value
      throw wrong(attribute, 'must be true or false')
    case 'integer':
      if (typeof value === 'number' && Number.isSafeInteger(value)) return value
      throw wrong(attribute, 'must be an integer')
    case 'decimal':
      if (typeof value === 'number' && Number.isFinite(value)) return value
      throw wrong(attribute, 'must be a number')
    case 'string':
    case 'reference':
    case 'dateTime':
    case 'binary':
      if (typeof value === 'string') return readText(attribute, value, context.profile)
      throw wrong(attribute, 'must be a string')
    case 'complex':
      throw wrong(attribute, 'must be an object')
    default:
      return attribute.type satisfies never
  }
}

function readText(attribute: Attribute, text: string, profile: Profile): string {
  // PostgreSQL stores neither, and a 500 would be our fault.
  if (text.includes('\0') || !text.isWellFormed()) throw wrong(attribute, 'must be valid text')
  const long = attribute.type === 'binary' || attribute.type === 'reference'
  const limit = long ? maxBinaryCharacters : maxTextCharacters
  if (text.length > limit) throw wrong(attribute, `must not exceed ${limit} characters`)
  // Decomposed, since people's screens index names without their accents.
  if (attribute.indexed && Buffer.byteLength(fold(text).normalize('NFKD')) > maxKeyBytes) {
    throw wrong(attribute, `must not exceed ${maxKeyBytes} bytes`)
  }
  if (attribute.type === 'dateTime' && parseInstant(text) === undefined) {
    throw wrong(attribute, 'must be an RFC 3339 dateTime')
  }
  if (attribute.type === 'binary' && !isBase64(text)) throw wrong(attribute, 'must be base64')
  return canonicalSpelling(attribute, text, profile)
}

/** Canonical values are suggestions (RFC 7643 §7); only `interop` insists on them. */
function canonicalSpelling(attribute: Attribute, text: string, profile: Profile): string {
  const { canonicalValues } = attribute
  if (canonicalValues === undefined || profile !== 'interop') return text
  const known = attribute.caseExact
    ? canonicalValues.includes(text)
    : canonicalValues.some((each) => each.toLowerCase() === text.toLowerCase())
  if (!known) throw wrong(attribute, 'must be one of its canonical values')
  return text
}

/** What Entra and others send for a value: `"False"`, `1`, `[{"value": "x"}]`. */
function coerce(attribute: Attribute, json: unknown, { warnings }: ReadContext): unknown {
  const value = coerceType(attribute, unwrap(json))
  if (value !== json) warnings.add('value-coerced', attribute.path)
  return value
}

function unwrap(json: unknown): unknown {
  const value: unknown = Array.isArray(json) && json.length === 1 ? json[0] : json
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.hasOwn(value, 'value') ? (value as { value: unknown }).value : value
}

function coerceType(attribute: Attribute, value: unknown): unknown {
  switch (attribute.type) {
    case 'boolean':
      if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) {
        return value.toLowerCase() === 'true'
      }
      return value === 0 || value === 1 ? value === 1 : value
    case 'integer':
    case 'decimal':
      return typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value)
        ? Number(value)
        : value
    case 'string':
    case 'reference':
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
    case 'dateTime':
    case 'binary':
    case 'complex':
      return value
    default:
      return attribute.type satisfies never
  }
}

function wrong(attribute: Attribute, what: string): ScimError {
  return ScimError.of('invalidValue', `${attribute.path} ${what}.`)
}
