/** The core User schema. RFC 7643 §4.1. */
import type { AttributeDefinition, SchemaDefinition } from '../protocol/attribute.ts'
import { attribute, labelled, labels } from './define-attribute.ts'

/** What the schema says about the workspace at hand. */
export interface UserSchemaOptions {
  /** Keys of the workspace's roles, published as canonical values of `roles.value`. */
  readonly roleKeys?: readonly string[]
}

/** The URN of the core User schema. */
export const userSchemaId = 'urn:ietf:params:scim:schemas:core:2.0:User'

/**
 * The User as it is stored: `password` is not part of it, and `emails` has no `display`, with which
 * Microsoft's validator refuses the schema.
 */
export function createUserSchema({ roleKeys = [] }: UserSchemaOptions = {}): SchemaDefinition {
  return {
    id: userSchemaId,
    name: 'User',
    description: 'A user account',
    attributes: [...naming, active, ...contact, groups, ...granted(roleKeys), certificates],
  }
}

const naming: readonly AttributeDefinition[] = [
  attribute('userName', 'Unique identifier of the user, typically used to sign in.', {
    required: true,
    uniqueness: 'server',
    indexed: true,
  }),
  attribute('name', "The components of the user's name.", {
    type: 'complex',
    subAttributes: [
      attribute('formatted', 'The full name, formatted for display.'),
      attribute('familyName', 'The family name.', { indexed: true }),
      attribute('givenName', 'The given name.', { indexed: true }),
      attribute('middleName', 'The middle name.'),
      attribute('honorificPrefix', 'The honorific prefix, such as "Ms.".'),
      attribute('honorificSuffix', 'The honorific suffix, such as "III".'),
    ],
  }),
  attribute('displayName', 'The name of the user, suitable for display.', { indexed: true }),
  attribute('nickName', 'The casual way to address the user.'),
  attribute('profileUrl', "A URL of the user's online profile.", {
    type: 'reference',
    referenceTypes: ['external'],
  }),
  attribute('title', 'The job title.'),
  attribute('userType', 'The relationship between the organization and the user.'),
  attribute('preferredLanguage', 'The preferred language, as in Accept-Language.'),
  attribute('locale', 'The default location, for currency, dates and numbers.'),
  attribute('timezone', 'The time zone, as an IANA name.'),
]

const active: AttributeDefinition = attribute('active', 'Whether the user may use the service.', {
  type: 'boolean',
  keptWhenOmitted: true,
})

const contact: readonly AttributeDefinition[] = [
  labelled('emails', 'Email addresses of the user.', ['work', 'home', 'other'], {
    indexed: true,
  }),
  labelled('phoneNumbers', 'Phone numbers, kept as they are written.', [
    'work',
    'home',
    'mobile',
    'fax',
    'pager',
    'other',
  ]),
  labelled('ims', 'Instant messaging addresses.', [
    'aim',
    'gtalk',
    'icq',
    'xmpp',
    'msn',
    'skype',
    'qq',
    'yahoo',
  ]),
  labelled('photos', 'URLs of pictures of the user.', ['photo', 'thumbnail'], {
    type: 'reference',
    referenceTypes: ['external'],
  }),
  attribute('addresses', 'Postal addresses.', {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('formatted', 'The full address, formatted for a label.'),
      attribute('streetAddress', 'Street, house number and the like.'),
      attribute('locality', 'The city or locality.'),
      attribute('region', 'The state or region.'),
      attribute('postalCode', 'The postal code.'),
      attribute('country', 'The country, as an ISO 3166-1 alpha-2 code.'),
      ...labels(['work', 'home', 'other']),
    ],
  }),
]

const groups: AttributeDefinition = attribute('groups', 'The groups that the user belongs to.', {
  type: 'complex',
  multiValued: true,
  mutability: 'readOnly',
  subAttributes: [
    attribute('value', 'The id of the group.', { mutability: 'readOnly' }),
    attribute('$ref', 'The URI of the group.', {
      type: 'reference',
      mutability: 'readOnly',
      referenceTypes: ['Group'],
    }),
    attribute('display', 'The display name of the group.', { mutability: 'readOnly' }),
    attribute('type', 'Whether the membership is direct or through another group.', {
      mutability: 'readOnly',
      canonicalValues: ['direct', 'indirect'],
    }),
  ],
})

function granted(roleKeys: readonly string[]): readonly AttributeDefinition[] {
  return [
    // The first is what Entra's AppRoleAssignmentsComplex sends.
    grantedAttribute('roles', 'Roles that the directory gives the user.', roleKeys, [
      'WindowsAzureActiveDirectoryRole',
      'work',
      'other',
    ]),
    grantedAttribute(
      'entitlements',
      'Entitlements that the directory gives the user.',
      [],
      ['work', 'other'],
    ),
  ]
}

function grantedAttribute(
  name: string,
  description: string,
  keys: readonly string[],
  types: readonly string[],
): AttributeDefinition {
  const canonical = keys.length === 0 ? {} : { canonicalValues: keys }
  return attribute(name, description, {
    type: 'complex',
    multiValued: true,
    alsoAccepts: 'json-string',
    subAttributes: [
      attribute('value', `One of the ${name}.`, canonical),
      attribute('display', 'A name of it, suitable for display.'),
      attribute('type', 'What kind it is.', { canonicalValues: types }),
      attribute('primary', 'Whether it is the preferred one; true at most once.', {
        type: 'boolean',
      }),
    ],
  })
}

const certificates: AttributeDefinition = attribute(
  'x509Certificates',
  'Certificates of the user, DER in base64.',
  {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('value', 'One certificate.', { type: 'binary', caseExact: true }),
      attribute('display', 'A name of it, suitable for display.'),
      attribute('type', 'What it is for.', { canonicalValues: ['signing', 'encryption', 'other'] }),
      attribute('primary', 'Whether it is the preferred one; true at most once.', {
        type: 'boolean',
      }),
    ],
  },
)
