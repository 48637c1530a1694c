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
  /** Refill of the bucket that limits its requests. */
  requests_per_minute: Generated<number>
  /** Size of that bucket: what may come at once after a pause. */
  request_burst: Generated<number>
  created_at: Generated<Date>
}

/** A change of rules that was refused because people had moved since it was shown. */
export interface RefusedChangesTable {
  workspace_id: string
  /** A digest of what was decided before and after it. */
  change: string
  times: Generated<number>
  refused_at: Generated<Date>
}

/** A bearer token of a SCIM connection. */
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
  /** Made by an administrator, or issued by the token endpoint. */
  kind: Generated<ScimTokenKind>
  scope: Generated<ScimTokenScope>
  /** Addresses and networks in CIDR notation that it may be used from; empty is anywhere. */
  allowed_networks: Generated<string[]>
  last_used_from: string | null
  /** The secret or the trust that an access token was issued for, and goes with. */
  secret_id: string | null
  trust_id: string | null
  /** How many days before its end somebody was warned last. */
  warned_days: number | null
}

export type ScimTokenKind = 'static' | 'access'
/** `read` may look and search, and change nothing. */
export type ScimTokenScope = 'full' | 'read'

/** A client secret for the token endpoint; the client id is the connection's. */
export interface ScimClientSecretsTable {
  workspace_id: string
  connection_id: string
  id: string
  /** SHA-256 of the whole secret. */
  secret_hash: Buffer
  expires_at: Date
  last_used_at: Date | null
  created_at: Generated<Date>
  /** How many days before its end somebody was warned last. */
  warned_days: number | null
}

export type ScimTrustKind = 'private_key_jwt' | 'workload_identity'

/** Whose signed assertions the token endpoint believes. */
export interface ScimClientTrustsTable {
  workspace_id: string
  connection_id: string
  id: string
  kind: ScimTrustKind
  issuer: string
  subject: string
  /** Set for workload identities; a client's own assertion names the token endpoint. */
  audience: string | null
  /** Value that the claim `tid` must have; null doesn't look at it. */
  directory_tenant: string | null
  /** The public keys, or the address where they are published. */
  jwks: Json<{ keys: Record<string, unknown>[] }> | null
  jwks_url: string | null
  last_used_at: Date | null
  created_at: Generated<Date>
}

/** What a directory asked and what became of it. */
export interface ScimRequestsTable {
  workspace_id: string
  connection_id: string
  id: string
  method: string
  /** A filter in it has no values: they may be personal data. */
  path: string
  status: number
  scim_type: string | null
  /** What was accepted but not done as asked, by name. */
  warnings: Json<readonly ScimRequestWarning[]>
  /** Of what was done: names and counts, no values. */
  details: Json<ScimRequestDetails>
  duration_ms: number
  occurred_at: Generated<Date>
}

/** What a request asked for and changed; holds no values but those of booleans. */
export interface ScimRequestDetails {
  /** Of the resource that the request made. */
  resourceId?: string
  /** Of a PATCH, in order, fifty at most; literals of a filter in `path` are left out. */
  operations?: readonly { op: 'add' | 'remove' | 'replace'; path: string | null }[]
  /** Attributes that are not what they were; `…` stands for a value, null for none. */
  changes?: readonly ScimAttributeChange[]
  /** How many members a group got and lost. */
  members?: { added: number; removed: number }
  /** Of reads, and of nothing else: how many were alike, within seconds of each other. */
  times?: number
}

/** An attribute before and after a request. */
export interface ScimAttributeChange {
  path: string
  before: boolean | '…' | null
  after: boolean | '…' | null
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
  kind: 'oidc' | 'saml'
  /** `paused` signs nobody in; who is signed in stays so. */
  state: 'draft' | 'active' | 'paused'
  /** The OpenID provider's issuer, or the SAML identity provider's entity id. */
  issuer: string
  /** Of OpenID Connect only, as the next two. */
  client_id: string | null
  /** Null where we sign with a key of ours instead. */
  sealed_client_secret: string | null
  /** Pinned `id_token_signed_response_alg`. */
  id_token_algorithm: string | null
  /** The claim or SAML attribute that is compared with `binding_attribute` of the directory user. */
  binding_claim: string
  binding_attribute: 'externalId' | 'userName' | 'id'
  /** Whether and as what people become members whom nobody has added; null is not at all. */
  provisioning: Json<SsoProvisioning | null> | null
  /** Who signs the security events that end access here; null is the issuer of an OpenID connection, or nobody. */
  events_issuer: string | null
  events_jwks_url: string | null
  /** Of OpenID Connect: whether signing out here signs out at the identity provider. */
  single_logout: Generated<boolean>
  created_at: Generated<Date>
}

/** Just-in-time provisioning of one SSO connection. */
export interface SsoProvisioning {
  /** Key of the role of those to whom no claim gives one; null refuses them. */
  defaultRole: string | null
  /** The claim or SAML attribute that decides about the role at every sign-in; absent where the workspace does. */
  roleClaim?: string | undefined
  /** The first value that the claim holds wins. */
  roles?: { value: string; role: string }[] | undefined
}

/** Where a SAML connection sends people, and where that was read. */
export interface SamlSettingsTable {
  workspace_id: string
  connection_id: string
  sign_on_url: string
  sign_on_binding: 'redirect' | 'post'
  /** Null when the metadata was pasted. */
  metadata_url: string | null
  metadata_read_at: Generated<Date>
  /** When it will be read again; null when it was pasted. */
  metadata_due_at: Date | null
  /** Where the identity provider takes messages of single logout; null when it takes none. */
  logout_url: string | null
  logout_binding: 'redirect' | 'post' | null
  /** Whether signing out here signs out there, and the other way round. */
  single_logout: Generated<boolean>
}

/** A certificate with which the identity provider of a SAML connection may sign. */
export interface SamlIdpCertificatesTable {
  workspace_id: string
  connection_id: string
  /** SHA-256 of its DER, in hex. */
  fingerprint: string
  /** PEM. */
  certificate: string
  expires_at: Date
  added_at: Generated<Date>
}

/** A key pair of ours: signs requests, and decrypts what is encrypted for its certificate. */
export interface SamlKeysTable {
  workspace_id: string
  connection_id: string
  id: string
  /** `next` is published before it signs; `previous` still decrypts. */
  state: 'next' | 'current' | 'previous'
  /** PEM. */
  certificate: string
  sealed_private_key: string
  expires_at: Date
  created_at: Generated<Date>
}

/** An assertion that has signed somebody in. */
export interface SamlSeenAssertionsTable {
  workspace_id: string
  connection_id: string
  /** SHA-256 of its id. */
  assertion_hash: Buffer
  /** From when it would be refused for its age. */
  expires_at: Date
}
