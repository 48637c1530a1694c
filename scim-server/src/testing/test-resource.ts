import type { ResourceTypeDefinition } from '../protocol/attribute.ts'
import { attribute } from '../schemas/define-attribute.ts'

/** URNs of the test resource. */
export const testUrns = {
  core: 'urn:example:params:scim:schemas:core:2.0:TestResource',
  extension: 'urn:example:params:scim:schemas:extension:test:2.0:TestResource',
} as const

const complexOf = { type: 'complex', multiValued: true } as const

/** A type with every attribute type and characteristic of RFC 7643 §7, of which the server knows nothing else. */
export const testResourceType: ResourceTypeDefinition = {
  name: 'TestResource',
  description: 'A resource of a test suite',
  endpoint: '/TestResources',
  schema: {
    id: testUrns.core,
    name: 'TestResource',
    description: 'Every attribute type and characteristic',
    attributes: [
      attribute('name', 'Required and unique.', { required: true, uniqueness: 'server' }),
      attribute('code', 'A text whose case matters.', { caseExact: true, uniqueness: 'server' }),
      attribute('note', 'A text.'),
      attribute('count', 'An integer.', { type: 'integer' }),
      attribute('ratio', 'A decimal.', { type: 'decimal' }),
      attribute('enabled', 'A boolean.', { type: 'boolean' }),
      attribute('startsAt', 'A dateTime.', { type: 'dateTime' }),
      attribute('digest', 'A binary.', { type: 'binary', caseExact: true }),
      attribute('page', 'A reference.', { type: 'reference', referenceTypes: ['uri'] }),
      attribute('origin', 'Set once.', { mutability: 'immutable' }),
      attribute('pin', 'Written, never read.', { mutability: 'writeOnly', returned: 'never' }),
      attribute('label', 'Always shown.', { returned: 'always' }),
      attribute('detail', 'Shown on request.', { returned: 'request' }),
      attribute('tags', 'Several texts.', { multiValued: true }),
      attribute('scores', 'Several integers.', { type: 'integer', multiValued: true }),
      attribute('place', 'One complex value.', {
        type: 'complex',
        subAttributes: [
          attribute('city', 'A text.'),
          attribute('floor', 'An integer.', { type: 'integer' }),
        ],
      }),
      attribute('links', 'Complex values that refer to resources.', {
        ...complexOf,
        subAttributes: [
          attribute('value', 'The id of a resource.', { caseExact: true }),
          attribute('$ref', 'The URI of the resource.', {
            type: 'reference',
            referenceTypes: ['User', 'TestResource'],
          }),
          attribute('type', 'What it is for.', { canonicalValues: ['parent', 'peer'] }),
          attribute('primary', 'Whether it is the preferred one.', { type: 'boolean' }),
        ],
      }),
    ],
  },
  extensions: [
    {
      required: false,
      schema: {
        id: testUrns.extension,
        name: 'TestExtension',
        description: 'An extension',
        attributes: [
          attribute('note', 'A text of the same name.'),
          attribute('level', 'An integer.', { type: 'integer' }),
        ],
      },
    },
  ],
}
