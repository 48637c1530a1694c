/** The body of a PATCH. RFC 7644 §3.5.2. */
import type { Profile } from './profile.ts'
import { isObject } from './resource.ts'
import { ScimError } from './scim-error.ts'
import { type ScimWarning, Warnings } from './scim-warning.ts'

/** The schema URN of a PATCH body. */
export const patchOpSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** One operation; `value` is undefined when the request has none, `path` when it has none or null. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace'
  readonly path: string | undefined
  readonly value: unknown
}

/** A body that is a PATCH by shape; paths and values are read when they are applied. */
export interface PatchRequest {
  readonly operations: readonly PatchOperation[]
  readonly warnings: readonly ScimWarning[]
}

/** What one PATCH may hold; beyond it 413. */
export interface PatchLimits {
  readonly operations: number
  readonly values: number
}

/** The limits of an ordinary PATCH. */
export const patchLimits: PatchLimits = { operations: 1000, values: 10_000 }

/** Deepest nesting of a request body. */
export const maxBodyDepth = 20

/** Reads a parsed JSON body as PATCH; throws invalidSyntax or, for its size, 413. */
export function parsePatchRequest(
  body: unknown,
  profile: Profile,
  limits: PatchLimits = patchLimits,
): PatchRequest {
  if (!isObject(body)) throw invalidSyntax('The body must be a JSON object.')
  assertDepth(body, maxBodyDepth)
  const warnings = new Warnings()
  const compat = profile === 'compat'
  if (!hasPatchSchema(body['schemas'], compat)) {
    if (!compat) throw invalidSyntax(`schemas must contain ${patchOpSchema}.`)
    warnings.add('schemas-missing', patchOpSchema)
  }
  const list: unknown = body['Operations'] ?? (compat ? body['operations'] : undefined)
  if (!Array.isArray(list)) throw invalidSyntax('Operations must be an array.')
  if (list.length === 0) {
    // Microsoft's older validator sends it and expects success.
    if (!compat) throw invalidSyntax('Operations must not be empty.')
    warnings.add('empty-operations', 'Operations')
  }
  if (list.length > limits.operations) {
    throw ScimError.status(413, `A PATCH has at most ${limits.operations} operations.`)
  }
  const operations = list.map((each) => parseOperation(each))
  const values = operations.reduce((sum, { value }) => sum + countValues(value), 0)
  if (values > limits.values) {
    throw ScimError.status(413, `A PATCH has at most ${limits.values} values.`)
  }
  return { operations, warnings: warnings.list() }
}

function hasPatchSchema(schemas: unknown, compat: boolean): boolean {
  const list: readonly unknown[] = Array.isArray(schemas) ? schemas : compat ? [schemas] : []
  return list.some(
    (each) => typeof each === 'string' && each.toLowerCase() === patchOpSchema.toLowerCase(),
  )
}

const ops: ReadonlySet<string> = new Set(['add', 'remove', 'replace'])

function parseOperation(json: unknown): PatchOperation {
  if (!isObject(json)) throw invalidSyntax('An operation must be an object.')
  const op: unknown = json['op']
  const name = typeof op === 'string' ? op.toLowerCase() : ''
  // MUST: any other name → 400 invalidSyntax. Entra capitalises it.
  if (!ops.has(name)) throw invalidSyntax('op must be add, remove or replace.')
  const path: unknown = json['path']
  if (path !== undefined && path !== null && typeof path !== 'string') {
    throw ScimError.of('invalidPath', 'path must be a string.')
  }
  return { op: name as PatchOperation['op'], path: path ?? undefined, value: json['value'] }
}

function countValues(value: unknown): number {
  if (Array.isArray(value)) return value.length
  if (!isObject(value)) return 1
  return Object.values(value).reduce<number>((sum, each) => sum + countValues(each), 0)
}

/** Refuses nesting deeper than `depth`; it must run before anything walks the body. */
export function assertDepth(json: unknown, depth: number): void {
  if (typeof json !== 'object' || json === null) return
  if (depth === 0) throw invalidSyntax(`The body is nested deeper than ${maxBodyDepth} levels.`)
  for (const each of Object.values(json)) assertDepth(each, depth - 1)
}

function invalidSyntax(detail: string): ScimError {
  return ScimError.of('invalidSyntax', detail)
}
