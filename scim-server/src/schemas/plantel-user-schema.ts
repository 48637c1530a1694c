/** Plantel's User extension: what a directory asserts about work in the inbox, and what came of it. */
import type { SchemaDefinition } from '../protocol/attribute.ts'
import { attribute } from './define-attribute.ts'
import type { UserSchemaOptions } from './user-schema.ts'

/** The URN; its pattern is the one that Entra accepts for custom attributes. */
export const plantelUserSchemaId = 'urn:ietf:params:scim:schemas:extension:plantel:2.0:User'

/**
 * Asserted and effective values are apart: a client writes the first and reads from the second, on
 * request, what the workspace's rules made of them.
 */
export function createPlantelUserSchema({
  roleKeys = [],
}: UserSchemaOptions = {}): SchemaDefinition {
  const canonical = roleKeys.length === 0 ? {} : { canonicalValues: roleKeys }
  const effective = { mutability: 'readOnly', returned: 'request' } as const
  return {
    id: plantelUserSchemaId,
    name: 'PlantelUser',
    description: 'Role, departments and channels of a user in the workspace',
    attributes: [
      attribute('workspaceRole', 'Key of the role that the directory asserts.', canonical),
      attribute('departments', 'Names of the departments that the directory asserts.', {
        multiValued: true,
        alsoAccepts: 'separated-list',
      }),
      attribute('channels', 'Keys of the inbox channels that the directory asserts.', {
        multiValued: true,
        alsoAccepts: 'separated-list',
      }),
      attribute('effectiveRole', 'Key of the role that the user has in the workspace.', {
        ...effective,
        caseExact: true,
      }),
      attribute('effectiveDepartments', 'Names of the departments that the user works in.', {
        ...effective,
        multiValued: true,
      }),
    ],
  }
}
