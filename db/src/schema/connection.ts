import type { Generated } from 'kysely'

import type { Json } from './columns.ts'

export type ScimConnectionState = 'draft' | 'active' | 'paused'
export type IdentityProvider = 'okta' | 'entra' | 'google' | 'onelogin' | 'jumpcloud' | 'generic'
export type ScimProfile = 'compat' | 'rfc' | 'interop'

/** The link over which a corporate directory provisions one workspace. */
export interface ScimConnectionsTable {
  workspace_id: string
  id: string
  name: string
  idp: IdentityProvider
  profile: ScimProfile
  /** Whether a successful PATCH of a user answers 200 with the user or 204. */
  patch_response: 'resource' | 'no-content'
  state: ScimConnectionState
  /** Role of those to whom no rule gives one; null lists them as without access. */
  default_role_id: string | null
  created_at: Generated<Date>
}

/** A static bearer token of a SCIM connection. */
export interface ScimTokensTable {
  workspace_id: string
  connection_id: string
  id: string
  /** SHA-256 of the whole token. */
  token_hash: Buffer
  expires_at: Date
  revoked_at: Date | null
  last_used_at: Date | null
  created_at: Generated<Date>
}

/** What a directory asked and what became of it. */
export interface ScimRequestsTable {
  workspace_id: string
  connection_id: string
  id: string
  method: string
  /** Without query: a filter may hold personal data. */
  path: string
  status: number
  scim_type: string | null
  /** What was accepted but not done as asked, by name. */
  warnings: Json<readonly ScimRequestWarning[]>
  duration_ms: number
  occurred_at: Generated<Date>
}

export interface ScimRequestWarning {
  code: string
  /** What it is about: an attribute path or an id. */
  subject: string
}

/** A workspace's link to an identity provider for sign-in. */
export interface SsoConnectionsTable {
  workspace_id: string
  id: string
  name: string
  kind: 'oidc'
  state: 'draft' | 'active' | 'disabled'
  issuer: string
  client_id: string
  sealed_client_secret: string
  /** Pinned `id_token_signed_response_alg`. */
  id_token_algorithm: string
  /** The claim that is compared with `binding_attribute` of the directory user. */
  binding_claim: string
  binding_attribute: 'externalId' | 'userName' | 'id'
  created_at: Generated<Date>
}
