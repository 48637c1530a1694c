/** What the Team API answers about a workspace's directory and sign-in. Types only; the API must satisfy them. */

export type ConnectionState = 'draft' | 'active' | 'paused'

/** One of `GET /team/v1/scim-connections`. */
export interface ScimConnection {
  id: string
  name: string
  idp: 'okta' | 'entra' | 'google' | 'onelogin' | 'jumpcloud' | 'generic'
  state: ConnectionState
  /** What the directory's administrator enters. */
  baseUrl: string
}

/** A bearer token of a directory, never the secret itself. */
export interface ScimToken {
  id: string
  createdAt: string
  expiresAt: string
  revokedAt: string | null
  lastUsedAt: string | null
}

/** What has to be done so that a directory gets what it asked for. */
export type ScimTroubleCode =
  | 'credential-refused'
  | 'name-taken'
  | 'value-refused'
  | 'not-found'
  | 'changed-meanwhile'
  | 'too-large'
  | 'too-fast'
  | 'server-failed'
  | 'request-refused'
  | 'adoption-pending'
  | 'email-taken'
  | 'unknown-member'
  | 'unknown-role'
  | 'operation-refused'

/** What a directory did not get, and no later request has mended. */
export interface ScimTrouble {
  code: ScimTroubleCode
  person: { directoryUserId: string; displayName: string; memberId: string | null } | null
  group: { id: string; displayName: string } | null
  method: string
  path: string
  /** What it is about, five at most. */
  subjects: string[]
  times: number
  lastAt: string
}

/** `GET /team/v1/scim-connections/{id}/health`, by its newest requests. */
export interface ScimHealth {
  lastRequestAt: string | null
  /** The newest first. */
  troubles: ScimTrouble[]
}

/** One of `GET /team/v1/sso-connections`. */
export interface SsoConnection {
  id: string
  name: string
  kind: 'oidc' | 'saml'
  state: ConnectionState
  issuer: string
}

/** Who a rule is about. */
export type RuleCondition =
  | { kind: 'group'; group: { id?: string; displayName: string } }
  | { kind: 'group-pattern'; pattern: string }
  | { kind: 'attribute'; attribute: string; operator: 'equals'; value: string }
  | { kind: 'attribute'; attribute: string; operator: 'one-of'; values: string[] }
  | { kind: 'attribute'; attribute: string; operator: 'pattern'; pattern: string }
  | { kind: 'attribute'; attribute: string; operator: 'any' }

/** When a directory says this of somebody, they get that; without an id while it is only a draft. */
export interface MappingRule {
  id?: string
  connectionId?: string
  when: RuleCondition
  /** The directory deleted the group. */
  orphaned?: boolean
  /** A role's key. */
  role: string | null
  /** Names. */
  departments: string[]
  /** Keys. */
  channels: string[]
  supervisor: boolean
  named?: string[]
  priority?: number
}

export type SsoHindrance = 'no-active-connection' | 'nobody-signed-in' | 'no-way-for-owners'

/** `GET /team/v1/sign-in-policy` */
export interface SignInPolicy {
  ssoRequired: boolean
  breakGlassOwners: {
    id: string
    displayName: string
    email: string | null
    hasPassword: boolean
    recoveryCodes: number
  }[]
  /** Why it can not be required yet. */
  hindrances: SsoHindrance[]
}
