import { resolveName } from './attribute-path.ts'
/** Queries of a list or search. RFC 7644 §3.4.2, §3.4.3, RFC 9865. */
import type { Attribute, ResourceModel } from './attribute.ts'
import type { FilterTarget } from './filter.ts'
import type { Profile } from './profile.ts'
import { parseProjection, type Projection } from './projection.ts'
import { isObject } from './resource.ts'
import { ScimError } from './scim-error.ts'

/** The schema URN of a `.search` body. */
export const searchRequestSchema = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'

/** How many resources one page holds. */
export interface PageLimits {
  readonly defaultCount: number
  readonly maxCount: number
}

/** A page by position; `startIndex` counts from 1, `count` may be 0. */
export interface IndexPage {
  readonly kind: 'index'
  readonly startIndex: number
  readonly count: number
}

/** A page behind a cursor, which is "" for the first. RFC 9865. */
export interface CursorPage {
  readonly kind: 'cursor'
  readonly cursor: string
  /** Undefined when the request has none: then the cursor's own, or the default on the first page. */
  readonly count: number | undefined
  readonly defaultCount: number
}

/** Everything that a list request asks for; filter and sort names are not yet looked up. */
export interface ListQuery {
  readonly filter: string | undefined
  readonly page: IndexPage | CursorPage
  readonly sort: SortRequest | undefined
  readonly projection: Projection
}

/** `sortBy` and `sortOrder`. */
export interface SortRequest {
  readonly by: string
  readonly order: 'ascending' | 'descending'
}

/** Reads the parameters of a query string, each a string; other names are ignored. */
export function parseListQuery(
  parameters: Readonly<Record<string, unknown>>,
  limits: PageLimits,
): ListQuery {
  return {
    filter: parseFilterText(parameters['filter']),
    page: parsePage(parameters, limits),
    sort: parseSort(parameters),
    projection: parseProjection(parameters['attributes'], parameters['excludedAttributes']),
  }
}

/** Reads a parsed `.search` body, whose members are the parameters of a query. RFC 7644 §3.4.3. */
export function parseSearchRequest(body: unknown, limits: PageLimits): ListQuery {
  if (!isObject(body)) throw ScimError.of('invalidSyntax', 'The body must be a JSON object.')
  const schemas: unknown = body['schemas']
  if (!Array.isArray(schemas) || !schemas.includes(searchRequestSchema)) {
    throw ScimError.of('invalidSyntax', `schemas must contain ${searchRequestSchema}.`)
  }
  return parseListQuery(body, limits)
}

function parseFilterText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && value.trim() !== '') return value
  throw ScimError.of('invalidFilter', 'filter must be one filter expression.')
}

function parsePage(
  parameters: Readonly<Record<string, unknown>>,
  { defaultCount, maxCount }: PageLimits,
): IndexPage | CursorPage {
  const startIndex = parameters['startIndex'] ?? undefined
  const cursor = parameters['cursor'] ?? undefined
  const count = parameters['count'] ?? undefined
  if (cursor === undefined) {
    return {
      kind: 'index',
      startIndex: Math.max(1, readInteger(startIndex, 'startIndex', 1)),
      count: Math.min(maxCount, Math.max(0, readInteger(count, 'count', defaultCount))),
    }
  }
  if (startIndex !== undefined) {
    throw ScimError.of('invalidValue', 'startIndex and cursor exclude each other.')
  }
  if (typeof cursor !== 'string') throw ScimError.of('invalidCursor', 'cursor must be one string.')
  const wanted = count === undefined ? undefined : toInteger(count)
  if (count !== undefined && (wanted === undefined || wanted < 0 || wanted > maxCount)) {
    throw ScimError.of('invalidCount', `count must be an integer from 0 to ${maxCount}.`)
  }
  return { kind: 'cursor', cursor, count: wanted, defaultCount }
}

function readInteger(value: unknown, parameter: string, fallback: number): number {
  if (value === undefined) return fallback
  const integer = toInteger(value)
  if (integer === undefined) throw ScimError.of('invalidValue', `${parameter} must be an integer.`)
  return integer
}

function toInteger(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !/^\s*[+-]?\d+$/.test(text)) return undefined
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, Number(text)))
}

function parseSort(parameters: Readonly<Record<string, unknown>>): SortRequest | undefined {
  const by = parameters['sortBy'] ?? undefined
  const order = parameters['sortOrder'] ?? 'ascending'
  if (by === undefined) return undefined
  if (typeof by !== 'string' || by === '') {
    throw ScimError.of('invalidValue', 'sortBy must be one attribute name.')
  }
  const lower = typeof order === 'string' ? order.toLowerCase() : undefined
  if (lower !== 'ascending' && lower !== 'descending') {
    throw ScimError.of('invalidValue', 'sortOrder must be ascending or descending.')
  }
  return { by, order: lower }
}

/**
 * The attribute to sort by: of a multi-valued one its primary, else first element counts. Values
 * missing come last ascending. Unknown names and row-stored attributes are 400 invalidValue.
 */
export function resolveSort(by: string, model: ResourceModel, profile: Profile): FilterTarget {
  const name = resolveName(by, model, profile)
  if (name.kind !== 'attribute' || name.attribute.stored === 'rows') {
    throw ScimError.of('invalidValue', 'sortBy does not name an attribute to sort by.')
  }
  const { attribute, subAttribute } = name
  if (attribute.type !== 'complex' || subAttribute !== undefined) return { attribute, subAttribute }
  return { attribute, subAttribute: requireValue(attribute) }
}

function requireValue(attribute: Attribute): Attribute {
  const value = attribute.children.get('value')
  if (value !== undefined) return value
  throw ScimError.of('invalidValue', `${attribute.path} is complex: sort by a sub-attribute.`)
}
