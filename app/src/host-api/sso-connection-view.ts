import type { SsoProvisioning } from '@plantel/db'
import {
  oidcAddresses,
  revocationAddresses,
  samlAddresses,
  type SsoBinding,
  type SsoConnectionSummary,
  ssoRedirectUri,
} from '@plantel/idp-bridge'
import type { SsoConnection } from '@plantel/widget/contract'
import { z } from 'zod'

/** Which claim names a person, and where the directory says the same. */
export const ssoBinding: z.ZodType<SsoBinding> = z.strictObject({
  claim: z.string().min(1).max(500),
  attribute: z.enum(['externalId', 'userName', 'id']),
})

const roleKey = z.string().min(1).max(100)

/** Just-in-time provisioning, as it is said and shown. */
export const ssoProvisioning: z.ZodType<SsoProvisioning> = z
  .strictObject({
    defaultRole: roleKey.nullable().meta({
      description: 'Of those to whom no claim gives one; null refuses them.',
    }),
    roleClaim: z.string().min(1).max(500).optional().meta({
      description:
        'The claim or SAML attribute that decides about the role at every sign-in. Not beside an active SCIM connection.',
    }),
    roles: z
      .array(z.strictObject({ value: z.string().min(1).max(500), role: roleKey }))
      .max(100)
      .optional(),
  })
  .refine(
    ({ roleClaim, roles }) => (roleClaim === undefined) === (roles === undefined),
    'must have both roleClaim and roles, or neither',
  )
  .meta({ id: 'SsoProvisioning' })

const securityEvents = z.strictObject({ issuer: z.url(), jwksUrl: z.url() })

const keys = z
  .array(
    z.strictObject({
      state: z.enum(['next', 'current', 'previous']),
      certificate: z.string(),
      expiresAt: z.date(),
    }),
  )
  .meta({ description: 'Ours, with which we sign; certificates in PEM.' })

const common = {
  id: z.uuid(),
  name: z.string(),
  state: z.enum(['draft', 'active', 'paused']),
  issuer: z.string(),
  binding: ssoBinding,
  provisioning: ssoProvisioning.nullable(),
  unknownRoles: z.array(z.string()).meta({
    description:
      'Keys in `provisioning` that no role has: whoever would get one is refused. Name other roles.',
  }),
  events: securityEvents.nullable(),
  createdAt: z.date(),
  securityEventsUrl: z.url(),
  globalTokenRevocationUrl: z.url(),
}

interface Receivers {
  securityEventsUrl: string
  globalTokenRevocationUrl: string
}

/** A connection as the Host API and the CLI show it: what is stored, and the addresses to give the identity provider. */
export type ShownSsoConnection =
  | (Extract<SsoConnectionSummary, { kind: 'oidc' }> &
      Receivers & {
        redirectUri: string
        backchannelLogoutUrl: string
        jwksUrl: string
        postLogoutRedirectUri: string
      })
  | (Omit<Extract<SsoConnectionSummary, { kind: 'saml' }>, 'logoutUrl'> &
      Receivers & {
        idpLogoutUrl: string | null
        acsUrl: string
        spEntityId: string
        logoutUrl: string
      })

/** The shape of a `ShownSsoConnection`. */
export const ssoConnectionShape: z.ZodType<ShownSsoConnection> = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('oidc'),
      ...common,
      clientId: z.string(),
      clientAuthentication: z.enum(['client_secret', 'private_key_jwt']),
      idTokenAlgorithm: z.string(),
      singleLogout: z.boolean(),
      keys,
      redirectUri: z.url(),
      backchannelLogoutUrl: z.url(),
      jwksUrl: z.url(),
      postLogoutRedirectUri: z.url(),
    }),
    z.strictObject({
      kind: z.literal('saml'),
      ...common,
      signOnUrl: z.string(),
      signOnBinding: z.enum(['redirect', 'post']),
      metadataUrl: z.string().nullable(),
      metadataReadAt: z.date(),
      metadataDueAt: z.date().nullable(),
      idpLogoutUrl: z.string().nullable(),
      singleLogout: z.boolean(),
      certificates: z.array(
        z.strictObject({ fingerprint: z.string(), expiresAt: z.date(), addedAt: z.date() }),
      ),
      keys,
      acsUrl: z.url(),
      spEntityId: z.url().meta({ description: 'Our metadata is there.' }),
      logoutUrl: z.url(),
    }),
  ])
  .meta({ id: 'SsoConnection' }) satisfies z.ZodType<SsoConnection>

/** Adds the addresses to what is stored. */
export function showSsoConnection(
  summary: SsoConnectionSummary,
  publicUrl: string,
): ShownSsoConnection {
  const { backchannelLogoutUrl, ...receivers } = revocationAddresses(publicUrl, summary.id)
  if (summary.kind === 'oidc') {
    const redirectUri = ssoRedirectUri(publicUrl, summary.id)
    const addresses = { ...receivers, ...oidcAddresses(publicUrl, summary.id) }
    return { ...summary, ...addresses, backchannelLogoutUrl, redirectUri }
  }
  const { logoutUrl: idpLogoutUrl, ...saml } = summary
  return { ...saml, idpLogoutUrl, ...receivers, ...samlAddresses(publicUrl, summary.id) }
}
