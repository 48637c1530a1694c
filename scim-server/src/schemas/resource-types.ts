/** The resource types of the server. RFC 7643 §6. */
import type { ResourceTypeDefinition } from '../protocol/attribute.ts'
import { enterpriseUserSchema } from './enterprise-user-schema.ts'
import { createGroupSchema, type GroupSchemaOptions } from './group-schema.ts'
import { plantelGroupSchema } from './plantel-group-schema.ts'
import { createPlantelUserSchema } from './plantel-user-schema.ts'
import { createUserSchema, type UserSchemaOptions } from './user-schema.ts'

/** Users with the Enterprise extension and Plantel's, neither required. */
export function createUserType(options: UserSchemaOptions = {}): ResourceTypeDefinition {
  return {
    name: 'User',
    description: 'User Account',
    endpoint: '/Users',
    schema: createUserSchema(options),
    extensions: [
      { schema: enterpriseUserSchema, required: false },
      { schema: createPlantelUserSchema(options), required: false },
    ],
  }
}

/** Groups with Plantel's extension, which is not required. */
export function createGroupType(options: GroupSchemaOptions = {}): ResourceTypeDefinition {
  return {
    name: 'Group',
    description: 'Group',
    endpoint: '/Groups',
    schema: createGroupSchema(options),
    extensions: [{ schema: plantelGroupSchema, required: false }],
  }
}

/** The JSON of an entry of `/ResourceTypes`. */
export interface ResourceTypeResource {
  readonly schemas: readonly ['urn:ietf:params:scim:schemas:core:2.0:ResourceType']
  readonly id: string
  readonly name: string
  readonly description: string
  readonly endpoint: string
  readonly schema: string
  readonly schemaExtensions: readonly { readonly schema: string; readonly required: boolean }[]
  readonly meta: { readonly resourceType: 'ResourceType'; readonly location: string }
}

/** Prints a resource type; `baseUrl` is the connection's, without trailing slash. */
export function resourceTypeToResource(
  type: ResourceTypeDefinition,
  baseUrl: string,
): ResourceTypeResource {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: type.name,
    name: type.name,
    description: type.description,
    endpoint: type.endpoint,
    schema: type.schema.id,
    schemaExtensions: type.extensions.map(({ schema, required }) => ({
      schema: schema.id,
      required,
    })),
    meta: {
      resourceType: 'ResourceType',
      location: `${baseUrl}/ResourceTypes/${type.name}`,
    },
  }
}
