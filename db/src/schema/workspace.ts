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

/** What a host key may do. */
export type HostKeyScope = 'read' | 'write' | 'tokens' | 'keys'

/** A secret with which a host's own server calls the Host API. */
export interface HostKeysTable {
  id: string
  host_id: string
  name: string
  /** SHA-256 of the whole key. */
  key_hash: Buffer
  scopes: HostKeyScope[]
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
  /** Where the host begins a sign-in for somebody who comes from a mail. OpenID Connect Core §4. */
  initiate_login_uri: string | null
  created_at: Generated<Date>
}

/** Where a host is told of every change. */
export interface WebhookEndpointsTable {
  id: string
  host_id: string
  /** Whose changes it is told of; null is every workspace of the host. */
  workspace_id: string | null
  url: string
  description: Generated<string>
  /** What it is sent: Standard Webhooks of the host's events, or RFC 9967 Security Event Tokens of directories'. */
  format: Generated<'webhook' | 'scim-events'>
  /** What it is told of; null is everything. */
  event_types: string[] | null
  /** Sealed `whsec_…` secret of Standard Webhooks. */
  sealed_secret: string
  /** The secret that the present one replaced: both sign until it ends. */
  former_sealed_secret: string | null
  former_secret_ends_at: Date | null
  /** Events from before are not its business. */
  starts_at: Generated<Date>
  /** Since when nothing is sent there; what happens meanwhile waits. */
  disabled_at: Date | null
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
  /** How pages and mails look; null is as Plantel does. */
  brand: Json<WorkspaceBrand> | null
  /** Version of the mapping rule set; a member remembers the one it was projected with. */
  rules_version: GeneratedBigInt
  /** When everybody's access was last compared with a projection from nothing. */
  access_checked_at: Date | null
  created_at: Generated<Date>
  version: GeneratedBigInt
  /** What was issued to any of its members before this moment counts no longer; null is nothing. */
  access_valid_from: Date | null
  /** Since when no owner is active, because the directory ended the last one. */
  owner_lost_at: Date | null
  /** Since when nobody can come in; it can be restored until it is removed for good. */
  deleted_at: Date | null
}

/** For how many days what is said about people is kept. */
export interface Retention {
  /** Deleted directory users and groups: who comes back meanwhile is the same person. */
  tombstoneDays: number
  scimRequestDays: number
  auditDays: number
  eventDays: number
  capturedMailDays: number
  webhookDeliveryDays: number
}

/** What people see instead of Plantel's own look. */
export interface WorkspaceBrand {
  /** Stands for the workspace's name. */
  name?: string
  /** An https address of an image. */
  logoUrl?: string
  /** `#rrggbb` */
  accent?: string
  /** An https address of what people accept when they join. */
  termsUrl?: string
  /** The words of the team screen, by language, where they are not the preset's. */
  labels?: { [Locale in 'en' | 'es' | 'pt-BR']?: Partial<Record<BrandLabel, string>> }
}

/** A word of the team screen that an inbox may have a name of its own for. */
export type BrandLabel = 'title' | 'addMember' | 'submit' | 'role' | 'accept'

export interface WorkspacePolicies {
  /** Whether local role grants count for members whom a directory manages. */
  localRoles: 'locked' | 'additive'
  /** Which of several roles somebody gets: the highest, or that of the rule with the highest priority. */
  roleStrategy: 'rank' | 'priority'
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
  /** How long an invitation can be accepted. */
  invitationDays: number
  /** Whether people come in by single sign-on only, break-glass owners excepted. */
  ssoRequired: boolean
  retention: Retention
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
  | 'phone'
  | 'language'
  | 'message'
