/** Schemas as `/Schemas` answers them. RFC 7643 §7. */
import type {
  AttributeDefinition,
  AttributeType,
  Mutability,
  ResourceTypeDefinition,
  Returned,
  SchemaDefinition,
} from '../protocol/attribute.ts'

/** One attribute in print; members that don't apply are absent, never null. */
export interface AttributeResource {
  readonly name: string
  readonly type: AttributeType
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: Mutability
  readonly returned: Returned
  readonly uniqueness: AttributeDefinition['uniqueness']
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly subAttributes?: readonly AttributeResource[]
}

/** The JSON of a schema. */
export interface SchemaResource {
  readonly schemas: readonly ['urn:ietf:params:scim:schemas:core:2.0:Schema']
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly AttributeResource[]
  readonly meta: { readonly resourceType: 'Schema'; readonly location: string }
}

/** Prints a schema with all nested attributes; `baseUrl` is the connection's. */
export function schemaToResource(schema: SchemaDefinition, baseUrl: string): SchemaResource {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map((each) => attributeToResource(each)),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  }
}

/** The schemas that resource types use, each once, in the order of `/Schemas`. */
export function schemasOf(types: readonly ResourceTypeDefinition[]): readonly SchemaDefinition[] {
  const all = types.flatMap(({ schema, extensions }) => [
    schema,
    ...extensions.map((extension) => extension.schema),
  ])
  return [...new Map(all.map((schema) => [schema.id, schema])).values()]
}

function attributeToResource(definition: AttributeDefinition): AttributeResource {
  const { canonicalValues, referenceTypes, subAttributes } = definition
  return {
    name: definition.name,
    type: definition.type,
    multiValued: definition.multiValued,
    description: definition.description,
    required: definition.required,
    caseExact: definition.caseExact,
    mutability: definition.mutability,
    returned: definition.returned,
    uniqueness: definition.uniqueness,
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
    ...(subAttributes === undefined
      ? {}
      : { subAttributes: subAttributes.map((each) => attributeToResource(each)) }),
  }
}
