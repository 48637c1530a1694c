import type { Generated } from 'kysely'

import type { Json } from './columns.ts'

/** What is remembered between the redirect to an identity provider and the return. */
export interface SignInFlowsTable {
  workspace_id: string
  /** Also the `state` parameter. */
  id: string
  connection_id: string
  /** SHA-256 of the cookie that binds the flow to one browser. */
  cookie_hash: Buffer
  /** Of OpenID Connect, as the next one. */
  nonce: string | null
  sealed_code_verifier: string | null
  /** Of SAML: the id of our request, which the answer repeats. */
  request_id: string | null
  /** A path of our own origin. */
  return_to: string
  state: 'started' | 'redeeming' | 'verified'
  /** What the identity provider asserted, once verified. */
  sso_profile: Json<Record<string, unknown>> | null
  /** The invitation from which it was begun. */
  invitation_id: string | null
  invitation_generation: number | null
  expires_at: Date
  created_at: Generated<Date>
}

/** Binds an identity at an identity provider to a member: (connection, issuer, subject), never the email. */
export interface SsoLinksTable {
  workspace_id: string
  connection_id: string
  /** Who calls the person by this subject: the connection may be moved to another identity provider. */
  issuer: string
  subject: string
  member_id: string
  created_at: Generated<Date>
}

/** A member who is signed in with Plantel. */
export interface SessionsTable {
  workspace_id: string
  /** SHA-256 of the session id in the cookie. */
  id_hash: Buffer
  member_id: string
  connection_id: string | null
  data: Json<Record<string, unknown>>
  created_at: Generated<Date>
  last_seen_at: Date
  idle_expires_at: Date
  absolute_expires_at: Date
  /** What the identity provider calls the person: OpenID Connect `sub`, SAML `NameID`. */
  sso_subject: string | null
  /** Format of the `NameID`. */
  sso_name_format: string | null
  /** What it calls their session: `sid`, `SessionIndex`. */
  sso_session: string | null
}

/** A sign-out that has gone on to the identity provider, and where the person is led afterwards. */
export interface SsoLogoutsTable {
  workspace_id: string
  /** Id of our LogoutRequest, which the answer repeats. */
  request_id: string
  connection_id: string
  return_to: string
  expires_at: Date
}

/** What oidc-provider stores: grants, codes, tokens, interactions, provider sessions. */
export interface ProviderArtifactsTable {
  /** `Session`, `AccessToken`, `AuthorizationCode`, … */
  model: string
  /** SHA-256 of the artifact's id: a leaked table redeems nothing. */
  id_hash: Buffer
  payload: Json<Record<string, unknown>>
  uid_hash: Buffer | null
  grant_id_hash: Buffer | null
  /** The member whose access this is. */
  account_id: string | null
  consumed_at: Date | null
  expires_at: Date | null
  created_at: Generated<Date>
}

/** A key with which Plantel signs tokens. */
export interface SigningKeysTable {
  /** The `kid`. */
  id: string
  algorithm: 'ES256' | 'RS256'
  public_jwk: Json<Record<string, unknown>>
  sealed_private_jwk: string
  created_at: Generated<Date>
  retired_at: Date | null
}

/** How somebody proves who they are without an identity provider. */
export interface MemberPasswordsTable {
  workspace_id: string
  member_id: string
  /** Argon2id, in the PHC string format. */
  hash: string
  updated_at: Generated<Date>
}

/** A mailed link with which a member may choose a password, once. */
export interface PasswordResetsTable {
  workspace_id: string
  id: string
  member_id: string
  expires_at: Date
  used_at: Date | null
  created_at: Generated<Date>
}

/** How often something was tried lately, by a digest of who tried what. */
export interface SignInAttemptsTable {
  key: Buffer
  count: number
  resets_at: Date
}

/** One of the codes with which a break-glass owner comes in when nothing else works. */
export interface RecoveryCodesTable {
  workspace_id: string
  member_id: string
  /** The part of the code by which it is found. */
  selector: string
  /** Argon2id of the rest, in the PHC string format. */
  hash: string
  used_at: Date | null
  created_at: Generated<Date>
}

/** A domain whose addresses are the workspace's, once it has proved so by a DNS record. */
export interface WorkspaceDomainsTable {
  workspace_id: string
  /** Lower case, in ASCII. */
  domain: string
  /** What the record must say. */
  token: string
  verified_at: Date | null
  /** When the record is looked for again. */
  due_at: Generated<Date>
  /** Since when a verified domain's record is gone. */
  missing_since: Date | null
  created_at: Generated<Date>
}

/** A logout token or security event that has been heeded. */
export interface SeenSecurityTokensTable {
  workspace_id: string
  connection_id: string
  /** SHA-256 of issuer and `jti`. */
  token_hash: Buffer
  expires_at: Date
}

/** Why what was issued to a member counts no longer. */
export type RevocationReason =
  | 'suspended'
  | 'removed'
  | 'signed-out'
  | 'single-logout'
  | 'backchannel-logout'
  | 'universal-logout'
  | 'session-revoked'

/** An ended access, and what has been done about it since. */
export interface RevocationsTable {
  workspace_id: string
  member_id: string
  /** The member's `access_valid_from`: nothing from before counts. */
  ended_at: Date
  reason: RevocationReason
  /** Whose identity provider asked for it. */
  connection_id: string | null
  /** When sessions and tokens were deleted. */
  swept_at: Date | null
}

/** A client of the host that has acknowledged an ended access. */
export interface RevocationAcksTable {
  workspace_id: string
  member_id: string
  ended_at: Date
  client_id: string
  acknowledged_at: Generated<Date>
}

/** A refused sign-in; names nobody. */
export interface SignInRefusalsTable {
  workspace_id: string
  id: string
  /** What the person's error page shows. */
  reference: string
  code: string
  /** What failed, in stable words of ours: the guard's code, a claim that is missing. */
  detail: string | null
  connection_id: string | null
  refused_at: Generated<Date>
}
