/** The Enterprise User extension. RFC 7643 §4.3. */
import type { SchemaDefinition } from '../protocol/attribute.ts'
import { attribute } from './define-attribute.ts'

/** What a company's directory knows about an employee; `manager.$ref` follows from `manager.value`. */
export const enterpriseUserSchema: SchemaDefinition = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'Enterprise user',
  attributes: [
    attribute('employeeNumber', 'The number or code of the employee.'),
    attribute('costCenter', 'The name of a cost center.'),
    attribute('organization', 'The name of an organization.'),
    attribute('division', 'The name of a division.'),
    attribute('department', 'The name of a department.'),
    attribute('manager', "The user's manager.", {
      type: 'complex',
      notSelf: true,
      subAttributes: [
        attribute('value', "The id of the manager's user."),
        attribute('$ref', "The URI of the manager's user.", {
          type: 'reference',
          referenceTypes: ['User'],
          derived: true,
        }),
        attribute('displayName', "The manager's display name.", { mutability: 'readOnly' }),
      ],
    }),
  ],
}
