/** Plantel's Group extension: what the workspace makes of a group. */
import type { SchemaDefinition } from '../protocol/attribute.ts'
import { attribute } from './define-attribute.ts'

/** Read-only and only on request: mapping rules are edited in the workspace, not over SCIM. */
export const plantelGroupSchema: SchemaDefinition = {
  id: 'urn:ietf:params:scim:schemas:extension:plantel:2.0:Group',
  name: 'PlantelGroup',
  description: 'What the workspace makes of a group',
  attributes: [
    attribute('mappings', 'The grants that membership in the group leads to.', {
      type: 'complex',
      multiValued: true,
      mutability: 'readOnly',
      returned: 'request',
      subAttributes: [
        attribute('workspace', 'The id of the workspace.', { mutability: 'readOnly' }),
        attribute('role', 'Key of the role.', { mutability: 'readOnly' }),
        attribute('departments', 'Keys of the departments.', {
          multiValued: true,
          mutability: 'readOnly',
        }),
      ],
    }),
  ],
}
