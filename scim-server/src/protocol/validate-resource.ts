import { resolveName } from './attribute-path.ts'
/** Bodies of POST and PUT. RFC 7644 §3.3, §3.5.1. */
import type { Attribute, ResourceModel } from './attribute.ts'
import { finishResource } from './finish-resource.ts'
import { readRows } from './long-rows.ts'
import { placeValue } from './patch-place.ts'
import { assertDepth, maxBodyDepth } from './patch-request.ts'
import type { Profile } from './profile.ts'
import { readValue } from './read-value.ts'
import { emptyObject, isObject, type Resource, type ResourceObject } from './resource.ts'
import type { RowValues } from './row-operation.ts'
import { ScimError } from './scim-error.ts'
import { type ScimWarning, Warnings } from './scim-warning.ts'
import type { ReadContext } from './simple-value.ts'

/** A body read in full: nothing in `resource` needs to be checked again. */
export interface ParsedResource {
  /** Writable attributes and `schemas`; what the server owns is left out. */
  readonly resource: Resource
  /** Values of attributes stored as rows, by canonical path; only those that the body names. */
  readonly rows: ReadonlyMap<string, RowValues>
  readonly warnings: readonly ScimWarning[]
}

/** What a body is compared with. */
export interface ParseResourceOptions {
  /** The id in the URL of a PUT; another one in the body is refused, in `compat` ignored. */
  readonly id?: string
}

/** Reads a parsed JSON body as a resource to create or to replace one with. */
export function parseResource(
  body: unknown,
  model: ResourceModel,
  profile: Profile,
  options: ParseResourceOptions = {},
): ParsedResource {
  if (!isObject(body)) throw invalidSyntax('The body must be a JSON object.')
  assertDepth(body, maxBodyDepth)
  assertNoPrototypeNames(body)
  const warnings = new Warnings()
  const reader: BodyReader = {
    model,
    profile,
    warnings,
    resource: emptyObject(),
    rows: new Map(),
  }
  readSchemas(reader, body['schemas'])
  if (options.id !== undefined) checkId(reader, body['id'], options.id)
  for (const [name, json] of Object.entries(body)) readMember(reader, name, json)
  const resource = finishResource(model, reader.resource, warnings)
  return { resource, rows: reader.rows, warnings: warnings.list() }
}

interface BodyReader extends ReadContext {
  readonly model: ResourceModel
  readonly resource: Resource
  readonly rows: Map<string, RowValues>
}

/** MUST: `schemas` names the resource's own schema → 400 invalidSyntax. Clients with old URNs exist. */
function readSchemas({ model, profile, warnings }: BodyReader, json: unknown): void {
  const compat = profile === 'compat'
  const given: readonly unknown[] = Array.isArray(json) ? json : compat ? [json] : []
  const urns = given.filter((each) => typeof each === 'string').map((each) => each.toLowerCase())
  if (!urns.includes(model.core.id.toLowerCase())) {
    if (!compat) throw invalidSyntax(`schemas must contain ${model.core.id}.`)
    warnings.add('schemas-missing', model.core.id)
  }
  for (const urn of urns.filter((each) => !model.schemas.has(each))) {
    if (profile === 'interop') throw invalidSyntax('schemas names an unknown schema.')
    warnings.add('unknown-schema-ignored', urn)
  }
}

function checkId({ profile, warnings }: BodyReader, json: unknown, id: string): void {
  if (json === undefined || json === null || json === id) return
  if (profile !== 'compat') throw ScimError.of('mutability', 'id differs from the one in the URL.')
  warnings.add('read-only-ignored', 'id')
}

function readMember(reader: BodyReader, name: string, json: unknown): void {
  const resolved = resolveName(name, reader.model, reader.profile)
  if (resolved.kind === 'schema') {
    readSchemaObject(reader, resolved.schema.id, json)
  } else if (resolved.kind === 'attribute' && resolved.subAttribute === undefined) {
    readAttribute(reader, resolved.attribute, json)
  } else {
    ignore(reader, name)
  }
}

function ignore({ profile, warnings }: BodyReader, name: string): void {
  if (profile === 'interop') throw invalidSyntax('The body names an unknown attribute.')
  if (name.toLowerCase() === 'password') warnings.add('password-discarded', 'password')
  else
    warnings.add(name.includes(':') ? 'unknown-schema-ignored' : 'unknown-attribute-ignored', name)
}

function readSchemaObject(reader: BodyReader, urn: string, json: unknown): void {
  if (json === null || json === '') return
  if (!isObject(json)) throw ScimError.of('invalidValue', `${urn} must be an object.`)
  const attributes = reader.model.schemas.get(urn.toLowerCase())?.attributes
  for (const [name, each] of Object.entries(json)) {
    const attribute = attributes?.get(name.toLowerCase())
    if (attribute === undefined) ignore(reader, `${urn}:${name}`)
    else readAttribute(reader, attribute, each)
  }
}

function readAttribute(reader: BodyReader, attribute: Attribute, json: unknown): void {
  if (attribute.mutability === 'readOnly') {
    // `schemas` has been read, and is computed from what is there.
    if (attribute.path !== 'schemas') reader.warnings.add('read-only-ignored', attribute.path)
  } else if (attribute.stored === 'rows') {
    if (json !== null) reader.rows.set(attribute.path, readRows(attribute, json, reader))
  } else {
    placeValue(reader.resource, attribute, readValue(attribute, json, reader))
  }
}

function assertNoPrototypeNames(json: unknown): void {
  if (typeof json !== 'object' || json === null) return
  for (const [name, each] of Object.entries(json as ResourceObject)) {
    if (name === '__proto__' || name === 'constructor' || name === 'prototype') {
      throw invalidSyntax('A name in the body is not allowed.')
    }
    assertNoPrototypeNames(each)
  }
}

function invalidSyntax(detail: string): ScimError {
  return ScimError.of('invalidSyntax', detail)
}
