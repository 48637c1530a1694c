/** Plantel's Group extension: what the workspace makes of a group. */
import type { SchemaDefinition } from '../protocol/attribute.ts'
import { attribute } from './define-attribute.ts'

/** The URN. */
export const plantelGroupSchemaId = 'urn:ietf:params:scim:schemas:extension:plantel:2.0:Group'

/** Read-only and on request: mapping rules are made in the workspace, not over SCIM. */
export const plantelGroupSchema: SchemaDefinition = {
  id: plantelGroupSchemaId,
  name: 'PlantelGroup',
  description: 'What the workspace makes of a group',
  attributes: [
    attribute('mappings', 'What the workspace gives to the members of the group.', {
      type: 'complex',
      multiValued: true,
      mutability: 'readOnly',
      returned: 'request',
      subAttributes: [
        attribute('value', 'Key of the role or channel, or name of the department.', {
          mutability: 'readOnly',
          caseExact: true,
        }),
        attribute('type', 'What is given.', {
          mutability: 'readOnly',
          canonicalValues: ['role', 'department', 'channel', 'supervisor'],
        }),
      ],
    }),
  ],
}
