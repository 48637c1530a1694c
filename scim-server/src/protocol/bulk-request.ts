/** The body of a bulk request. RFC 7644 §3.7. */
import { assertDepth, maxBodyDepth } from './patch-request.ts'
import { isObject } from './resource.ts'
import { ScimError } from './scim-error.ts'

/** The schema URN of a bulk body. */
export const bulkRequestSchema = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'

/** What a bulk request does with one resource. */
export type BulkMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One operation that can be tried. */
export interface BulkOperation {
  readonly method: BulkMethod
  /** The endpoint of a resource type, such as `/Users`. */
  readonly endpoint: string
  /** The id of the resource, or `bulkId:` and the name of one made here; undefined for POST. */
  readonly target: string | undefined
  readonly bulkId: string | undefined
  /** The condition of If-Match. */
  readonly version: string | undefined
  readonly data: unknown
}

/** An operation that is refused as it stands, with what the answer repeats of it. */
export interface RefusedBulkOperation {
  readonly method: string | undefined
  readonly bulkId: string | undefined
  readonly refusal: ScimError
}

/** A bulk body by shape; whether operations succeed is for those who run them. */
export interface BulkRequest {
  /** The number of errors after which the rest is not tried; undefined tries all. */
  readonly failOnErrors: number | undefined
  readonly operations: readonly (BulkOperation | RefusedBulkOperation)[]
}

/** Tells an operation that can be tried from one that is refused as it stands. */
export function isRefused(
  operation: BulkOperation | RefusedBulkOperation,
): operation is RefusedBulkOperation {
  return 'refusal' in operation
}

/** Reads a parsed JSON body; throws invalidSyntax or, for its number of operations, 413. */
export function parseBulkRequest(
  body: unknown,
  endpoints: ReadonlySet<string>,
  maxOperations: number,
): BulkRequest {
  if (!isObject(body)) throw invalidSyntax('The body must be a JSON object.')
  // One level more than a request of its own: the operation around it.
  assertDepth(body, maxBodyDepth + 2)
  const schemas: unknown = body['schemas']
  if (!Array.isArray(schemas) || !schemas.includes(bulkRequestSchema)) {
    throw invalidSyntax(`schemas must contain ${bulkRequestSchema}.`)
  }
  const list: unknown = body['Operations']
  if (!Array.isArray(list)) throw invalidSyntax('Operations must be an array.')
  // MUST: more operations than are allowed → 413
  if (list.length > maxOperations) {
    throw ScimError.status(413, `A bulk request has at most ${maxOperations} operations.`)
  }
  const names = new Set<string>()
  return {
    failOnErrors: parseFailOnErrors(body['failOnErrors']),
    operations: list.map((each) => parseOperation(each, endpoints, names)),
  }
}

function parseFailOnErrors(json: unknown): number | undefined {
  if (json === undefined || json === null || json === 0) return undefined
  if (typeof json === 'number' && Number.isInteger(json) && json > 0) return json
  throw ScimError.of('invalidValue', 'failOnErrors must be an integer.')
}

const methods: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

function parseOperation(
  json: unknown,
  endpoints: ReadonlySet<string>,
  names: Set<string>,
): BulkOperation | RefusedBulkOperation {
  if (!isObject(json)) {
    const refusal = invalidSyntax('An operation must be an object.')
    return { method: undefined, bulkId: undefined, refusal }
  }
  const method = textOf(json['method'])
  const bulkId = textOf(json['bulkId'])
  const refuse = (detail: string): RefusedBulkOperation => ({
    method,
    bulkId,
    refusal: invalidSyntax(detail),
  })
  if (method === undefined || !isMethod(method)) {
    return refuse('method must be POST, PUT, PATCH or DELETE.')
  }
  const path = /^(\/[A-Za-z]+)(?:\/([^/?#]+))?$/.exec(textOf(json['path']) ?? '')
  const [, endpoint = '', target] = path ?? []
  if (!endpoints.has(endpoint)) return refuse('path must name a resource type.')
  if ((method === 'POST') !== (target === undefined)) {
    return refuse('POST goes to a resource type, every other method to a resource.')
  }
  if (method === 'POST') {
    // MUST: POST has a bulkId, unique in the request → 400 invalidSyntax
    if (bulkId === undefined || bulkId === '') return refuse('POST needs a bulkId.')
    if (names.has(bulkId)) return refuse('The bulkId is that of an operation before.')
    names.add(bulkId)
  }
  const data: unknown = json['data']
  if (method !== 'DELETE' && !isObject(data)) return refuse('data must be an object.')
  return { method, endpoint, target, bulkId, version: textOf(json['version']), data }
}

function isMethod(text: string): text is BulkMethod {
  return methods.has(text)
}

function textOf(json: unknown): string | undefined {
  return typeof json === 'string' ? json : undefined
}

function invalidSyntax(detail: string): ScimError {
  return ScimError.of('invalidSyntax', detail)
}
