/** Schemas as data, and the registry that answers every name look-up. RFC 7643 §2, §3, §7. */

/** The data types of RFC 7643 §2.3. */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'reference'
  | 'binary'
  | 'complex'

/** Who may write an attribute. RFC 7643 §7. */
export type Mutability = 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'

/** When an attribute is in a response. RFC 7643 §7. */
export type Returned = 'always' | 'never' | 'default' | 'request'

/**
 * One attribute of a schema. The first block is published in `/Schemas`; the hints below it tell the
 * engine what the published characteristics cannot say.
 */
export interface AttributeDefinition {
  readonly name: string
  readonly type: AttributeType
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: Mutability
  readonly returned: Returned
  readonly uniqueness: 'none' | 'server' | 'global'
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly subAttributes?: readonly AttributeDefinition[]

  /** Its folded text is in the key of an index, which holds only so many bytes. */
  readonly indexed?: true
  /** `rows`: too many values to hold in memory; PATCH compiles to operations on rows. */
  readonly stored?: 'rows'
  /** Accepted in a request and discarded, because the server derives it (`$ref` from `value`). */
  readonly derived?: true
  /** The sub-attributes that make two elements the same one; `['value']` unless given. */
  readonly identity?: readonly string[]
  /** What `compat` reads besides the published shape: an object as text, or one text for several values. */
  readonly alsoAccepts?: 'json-string' | 'separated-list'
  /** A PUT that omits it leaves it as it is. */
  readonly keptWhenOmitted?: true
  /** `value` may not be the id of the resource itself. */
  readonly notSelf?: true
}

/** A schema as `/Schemas` knows it; `id` is its URN. RFC 7643 §7. */
export interface SchemaDefinition {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly AttributeDefinition[]
}

/** A resource type as `/ResourceTypes` knows it; `endpoint` begins with a slash. RFC 7643 §6. */
export interface ResourceTypeDefinition {
  readonly name: string
  readonly description: string
  readonly endpoint: string
  readonly schema: SchemaDefinition
  readonly extensions: readonly {
    readonly schema: SchemaDefinition
    readonly required: boolean
  }[]
}

/** A definition with its place: what a resolved path, a filter leaf or a column map refers to. */
export interface Attribute extends AttributeDefinition {
  /** Canonical and unique in its resource type: `name.givenName`, `urn:…:User:manager.value`. */
  readonly path: string
  /** The extension URN whose object holds the attribute; undefined for core and common attributes. */
  readonly extension: string | undefined
  /** Sub-attributes by lower-cased name. */
  readonly children: ReadonlyMap<string, Attribute>
}

/** A schema of a resource type with its attributes by lower-cased name. */
export interface Schema {
  readonly id: string
  readonly extension: boolean
  readonly required: boolean
  readonly attributes: ReadonlyMap<string, Attribute>
}

/** Everything a name in a request can mean for one resource type; built once. */
export interface ResourceModel {
  readonly type: ResourceTypeDefinition
  readonly core: Schema
  readonly extensions: readonly Schema[]
  /** All schemas by lower-cased URN. */
  readonly schemas: ReadonlyMap<string, Schema>
  /** Attributes that are no sub-attributes, in schema order, common ones first. */
  readonly topLevel: readonly Attribute[]
  /** Attributes and sub-attributes by canonical path, in schema order, common attributes first. */
  readonly attributes: ReadonlyMap<string, Attribute>
}

const common: readonly AttributeDefinition[] = [
  commonAttribute('schemas', { type: 'reference', multiValued: true, returned: 'always' }),
  commonAttribute('id', { caseExact: true, returned: 'always', uniqueness: 'server' }),
  commonAttribute('externalId', {
    caseExact: true,
    indexed: true,
    mutability: 'readWrite',
    keptWhenOmitted: true,
  }),
  commonAttribute('meta', {
    type: 'complex',
    subAttributes: [
      commonAttribute('resourceType', { caseExact: true }),
      commonAttribute('created', { type: 'dateTime' }),
      commonAttribute('lastModified', { type: 'dateTime' }),
      commonAttribute('location', { type: 'reference', caseExact: true }),
      commonAttribute('version', { caseExact: true }),
    ],
  }),
]

function commonAttribute(name: string, rest: Partial<AttributeDefinition>): AttributeDefinition {
  return {
    name,
    type: 'string',
    multiValued: false,
    description: '',
    required: false,
    caseExact: false,
    mutability: 'readOnly',
    returned: 'default',
    uniqueness: 'none',
    ...rest,
  }
}

/** Builds the registry of a resource type; call it once when the server is composed. */
export function createResourceModel(type: ResourceTypeDefinition): ResourceModel {
  const core = placeSchema(type.schema, undefined, true)
  const extensions = type.extensions.map(({ schema, required }) =>
    placeSchema(schema, schema.id, required),
  )
  const all = [core, ...extensions]
  const topLevel = all.flatMap((schema) => Array.from(schema.attributes.values()))
  const attributes = topLevel.flatMap((each) => Array.of(each, ...each.children.values()))
  return {
    type,
    core,
    extensions,
    schemas: new Map(all.map((schema) => [schema.id.toLowerCase(), schema])),
    topLevel,
    attributes: new Map(attributes.map((attribute) => [attribute.path, attribute])),
  }
}

function placeSchema(
  definition: SchemaDefinition,
  extension: string | undefined,
  required: boolean,
): Schema {
  const definitions =
    extension === undefined ? [...common, ...definition.attributes] : definition.attributes
  const prefix = extension === undefined ? '' : `${extension}:`
  return {
    id: definition.id,
    extension: extension !== undefined,
    required,
    attributes: byName(definitions.map((each) => placeAttribute(each, prefix, extension))),
  }
}

function placeAttribute(
  definition: AttributeDefinition,
  prefix: string,
  extension: string | undefined,
): Attribute {
  const path = `${prefix}${definition.name}`
  const children = (definition.subAttributes ?? []).map((each) =>
    placeAttribute(each, `${path}.`, extension),
  )
  return { ...definition, path, extension, children: byName(children) }
}

function byName(attributes: readonly Attribute[]): ReadonlyMap<string, Attribute> {
  return new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute]))
}

/** The attribute at a canonical path that the caller wrote itself; throws when there is none. */
export function requireAttribute(model: ResourceModel, path: string): Attribute {
  const attribute = model.attributes.get(path)
  if (attribute === undefined) throw new Error(`${model.type.name} has no attribute ${path}`)
  return attribute
}
