/** Roles that a directory may give. draft-ietf-scim-roles-entitlements-01; Okta Identity Governance. */
import type { ResourceTypeDefinition } from '../protocol/attribute.ts'
import { attribute } from './define-attribute.ts'

/** The URN of the draft, and the one by which Okta finds roles among the resource types. */
export const roleSchemaIds = {
  draft: 'urn:ietf:params:scim:schemas:core:2.0:Role',
  okta: 'urn:okta:scim:schemas:core:1.0:Role',
} as const

const readOnly = { mutability: 'readOnly' } as const

/** Both spellings of each fact: Okta reads `id` and `displayName`, the draft has `value` and `display`. */
export function createRoleType(schemaId: string): ResourceTypeDefinition {
  return {
    name: 'Role',
    description: 'Role in the workspace',
    endpoint: '/Roles',
    schema: {
      id: schemaId,
      name: 'Role',
      description: 'A role that users may have',
      attributes: [
        attribute('value', 'What the roles of a user hold to give this one.', readOnly),
        attribute('display', 'The name of the role.', readOnly),
        attribute('displayName', 'The name of the role.', readOnly),
        attribute('supported', 'Whether a directory may give the role.', {
          ...readOnly,
          type: 'boolean',
        }),
      ],
    },
    extensions: [],
  }
}
