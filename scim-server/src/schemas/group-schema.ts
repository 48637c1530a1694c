/** The core Group schema. RFC 7643 §4.2. */
import type { SchemaDefinition } from '../protocol/attribute.ts'
import { attribute } from './define-attribute.ts'

/** What the schema says about the connection at hand. */
export interface GroupSchemaOptions {
  /** Whether the connection's profile refuses a second group of the same name. */
  readonly uniqueDisplayName?: boolean
}

/** A group; its members are rows, because a group may have half a million. */
export function createGroupSchema({
  uniqueDisplayName = false,
}: GroupSchemaOptions = {}): SchemaDefinition {
  return {
    id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
    name: 'Group',
    description: 'A group of users and other groups',
    attributes: [
      attribute('displayName', 'The name of the group, suitable for display.', {
        required: true,
        indexed: true,
        uniqueness: uniqueDisplayName ? 'server' : 'none',
      }),
      attribute('members', 'The users and groups that belong to the group.', {
        type: 'complex',
        multiValued: true,
        stored: 'rows',
        subAttributes: [
          attribute('value', 'The id of the member.', { mutability: 'immutable' }),
          attribute('$ref', 'The URI of the member.', {
            type: 'reference',
            mutability: 'immutable',
            referenceTypes: ['User', 'Group'],
            derived: true,
          }),
          attribute('type', 'The type of the member.', {
            mutability: 'immutable',
            canonicalValues: ['User', 'Group'],
          }),
          attribute('display', "The member's display name.", { mutability: 'readOnly' }),
        ],
      }),
    ],
  }
}
