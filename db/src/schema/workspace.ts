import type { Generated } from 'kysely'

import type { GeneratedBigInt, Json } from './columns.ts'

/** An inbox product that embeds Plantel. */
export interface HostsTable {
  id: string
  name: string
  /** Origins whose pages may call the Team API. */
  allowed_origins: string[]
  created_at: Generated<Date>
}

/** A secret with which a host's own server calls the Host API. */
export interface HostKeysTable {
  id: string
  host_id: string
  name: string
  /** SHA-256 of the whole key. */
  key_hash: Buffer
  expires_at: Date | null
  revoked_at: Date | null
  last_used_at: Date | null
  created_at: Generated<Date>
}

/** A host as OpenID relying party. */
export interface HostClientsTable {
  /** The `client_id`. */
  id: string
  host_id: string
  name: string
  /** Sealed: oidc-provider compares the plain secret. */
  sealed_secret: string
  redirect_uris: string[]
  post_logout_redirect_uris: string[]
  backchannel_logout_uri: string | null
  created_at: Generated<Date>
}

/** Where a host is told of every change. */
export interface WebhookEndpointsTable {
  id: string
  host_id: string
  url: string
  /** Sealed `whsec_…` secret of Standard Webhooks. */
  sealed_secret: string
  created_at: Generated<Date>
}

/** One customer of a host; the tenant. */
export interface WorkspacesTable {
  id: string
  host_id: string
  /** Short name in URLs and tokens, unique per host. */
  slug: string
  name: string
  preset: string
  /** BCP 47. */
  locale: string
  time_zone: string
  /** How many members may hold a role; null is no limit. */
  seats: number | null
  policies: Json<WorkspacePolicies>
  /** Version of the mapping rule set; a member remembers the one it was projected with. */
  rules_version: GeneratedBigInt
  created_at: Generated<Date>
}

export interface WorkspacePolicies {
  /** Whether local role grants count for members whom a directory manages. */
  localRoles: 'locked' | 'additive'
  /** What happens when a directory user has the email of an existing member. */
  adoption: 'review' | 'auto'
  /** Whether people who are provisioned get a welcome by mail. */
  welcomeMail: boolean
  /** Whether conversations that another member started are hidden from those who do not see all. */
  hideOthersChats: boolean
  /** Whether a member without `conversations:all` sees every channel or only those that they were given. */
  channelAccess: 'all' | 'granted'
  /** Who writes the profile of somebody whom no directory manages, besides themselves. */
  profiles: 'person' | 'admins'
  /** Who sets the password of a new member: the person from an invitation, or an administrator at once. */
  passwords: 'person' | 'admins'
  /** What the form that adds somebody asks for, in its order. */
  inviteFields: InviteField[]
}

export type InviteField =
  | 'givenName'
  | 'familyName'
  | 'displayName'
  | 'email'
  | 'jobTitle'
  | 'role'
  | 'password'
  | 'departments'
  | 'channels'
  | 'supervisor'
