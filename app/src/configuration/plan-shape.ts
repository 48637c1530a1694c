import { idTokenAlgorithms } from '@plantel/idp-bridge'
import { permissions, presetNames } from '@plantel/team'
import { z } from 'zod'

import { origin, serverAddress } from '../host-api/addresses.ts'
import { hostClientShape } from '../host-api/host-operations.ts'
import { hostUserId } from '../member-edit-request.ts'
import { mappingRuleDraft } from '../team-settings/mapping-rule-operations.ts'
import { workspaceSettingsEdit } from '../workspace-edit-request.ts'
import type { Plan } from './plan.ts'

const name = z.string().trim().min(1).max(200)
const reference = z.string().min(1).max(100)

const role = z.strictObject({
  key: z
    .string()
    .regex(/^[a-z\d](?:[a-z\d-]{0,62}[a-z\d])?$/, 'must be lower-case letters, digits and hyphens'),
  name: name.optional(),
  below: reference.optional(),
  permissions: z.array(z.enum(permissions)).optional(),
  grantable: z.array(reference).max(100).optional(),
  conversationAccess: z.enum(['own', 'departments', 'all']).optional(),
})

const department = z.union([
  z.strictObject({
    name,
    default: z.boolean().optional(),
    channels: z.array(z.string()).optional(),
  }),
  name.transform((text) => ({ name: text })),
])

const channel = z.strictObject({
  key: z.string().regex(/^[\w.-]{1,64}$/, 'must be letters, digits, dots, hyphens and underscores'),
  name,
})

const scimConnection = z.strictObject({
  name,
  idp: z.enum(['okta', 'entra', 'google', 'onelogin', 'jumpcloud', 'generic']),
  state: z.enum(['draft', 'active', 'paused']).optional(),
  profile: z.enum(['compat', 'rfc', 'interop']).optional(),
  patchResponse: z.enum(['resource', 'no-content']).optional(),
  defaultRole: reference.nullable().optional(),
  rateLimit: z
    .strictObject({
      requestsPerMinute: z.int().min(1).max(600_000),
      burst: z.int().min(1).max(100_000),
    })
    .optional(),
  rules: z.array(mappingRuleDraft).max(1_000).optional(),
})

const binding = z.strictObject({
  claim: z.string().min(1).max(100),
  attribute: z.enum(['externalId', 'userName', 'id']),
})

const samlConnection = z
  .strictObject({
    name,
    kind: z.literal('saml'),
    metadata: z.string().min(1).max(2_000).optional(),
    metadataXml: z.string().min(1).optional(),
    entityId: z.string().min(1).max(1_024).optional(),
    binding: binding.optional(),
    singleLogout: z.boolean().optional(),
  })
  .refine(
    ({ metadata, metadataXml }) => (metadata === undefined) !== (metadataXml === undefined),
    'must have either metadata or metadataXml',
  )

/** What a plan file may say; the addresses that may be private are the operator's decision. */
export function planShape(allowPrivateNetwork: readonly string[]): z.ZodType<Plan> {
  const address = serverAddress(allowPrivateNetwork)
  const oidcConnection = z
    .strictObject({
      name,
      kind: z.literal('oidc'),
      issuer: address,
      clientId: z.string().min(1).max(500),
      clientSecret: z
        .strictObject({
          env: z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable'),
        })
        .optional(),
      clientAuthentication: z.literal('private_key_jwt').optional(),
      idTokenAlgorithm: z.enum(idTokenAlgorithms).optional(),
      binding: binding.optional(),
    })
    .refine(
      ({ clientSecret, clientAuthentication }) =>
        (clientSecret === undefined) !== (clientAuthentication === undefined),
      'must have either clientSecret or clientAuthentication: private_key_jwt',
    )
  const ssoConnection = z.discriminatedUnion('kind', [oidcConnection, samlConnection])
  const workspace = z.strictObject({
    slug: z
      .string()
      .regex(
        /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
        'must be lower-case letters, digits and inner hyphens',
      ),
    preset: z.enum(presetNames).optional(),
    owner: z
      .strictObject({
        email: z.email().max(254),
        displayName: name,
        hostUserId: hostUserId.optional(),
      })
      .optional(),
    ...workspaceSettingsEdit,
    roles: each(role, ({ key }) => key).optional(),
    departments: each(department, (entry) => entry.name).optional(),
    channels: each(channel, ({ key }) => key).optional(),
    scimConnections: each(scimConnection, (entry) => entry.name).optional(),
    ssoConnections: each(ssoConnection, (entry) => entry.name).optional(),
  })
  return z.strictObject({
    host: z.strictObject({
      name,
      allowedOrigins: z.array(origin).max(100).optional(),
      clients: each(hostClientShape(allowPrivateNetwork), (entry) => entry.name).optional(),
      webhookEndpoints: each(address, (entry) => entry).optional(),
    }),
    workspaces: each(workspace, ({ slug }) => slug).optional(),
  })
}

/** A list whose entries are known by a name, each once. */
function each<Shape extends z.ZodType>(
  shape: Shape,
  nameOf: (entry: z.output<Shape>) => string,
): z.ZodArray<Shape> {
  return z
    .array(shape)
    .max(1_000)
    .check((context) => {
      const seen = new Set<string>()
      for (const [index, entry] of context.value.entries()) {
        const known = nameOf(entry)
        if (seen.has(known)) {
          context.issues.push({
            code: 'custom',
            input: entry,
            path: [index],
            message: `"${known}" is there twice`,
          })
        }
        seen.add(known)
      }
    })
}
