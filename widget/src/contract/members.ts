/** What the Team API answers about the people of a workspace. Types only; the API must satisfy them. */

/** A thing with a name that is shown: a role, a department, a channel. */
export interface NamedReference {
  id: string
  name: string
}

/** A role: what it is called depends on who reads it. */
export interface RoleReference extends NamedReference {
  /** The same in every language, and in every workspace that began with the same preset. */
  key: string
  /** True for a role of the product that the workspace has not renamed: shown in the reader's language. */
  builtIn: boolean
}

/** `suspended` while at least one hold exists; removed members are not listed. */
export type MemberState = 'invited' | 'active' | 'suspended'

export type Presence = 'online' | 'away' | 'offline'

/** What a member may see of the conversations: their own, their departments' too, or all. */
export type ConversationAccess = 'own' | 'departments' | 'all'

/** Why a member has no role: no source grants one, or no seat is left. */
export type NoRoleReason = 'no_grant' | 'no_seat'

/** Who decides about this member's access instead of the people of the workspace. */
export interface ManagedBy {
  kind: 'directory'
  /** The directory as people know it: `Okta`, `Microsoft Entra ID`. */
  name: string
}

/** What the viewer may do with this member; decided by the server, never by the widget. */
export type MemberAction =
  | 'view'
  | 'edit-profile'
  | 'change-role'
  | 'change-departments'
  | 'change-channels'
  | 'change-supervisor'
  | 'suspend'
  | 'reactivate'
  | 'remove'
  | 'set-password'
  | 'sign-out'

export interface MemberRow {
  /** Stable: the `sub` of every token. */
  id: string
  displayName: string
  /** Null for somebody who signs in without one; `userName` is shown instead. */
  email: string | null
  userName: string | null
  avatarUrl: string | null
  state: MemberState
  role: RoleReference | null
  /** Set exactly when `role` is null. */
  noRoleReason: NoRoleReason | null
  departments: NamedReference[]
  channels: NamedReference[]
  conversationAccess: ConversationAccess
  managedBy: ManagedBy | null
  /** Null in an answer: only the event stream tells it. */
  presence: Presence | null
  /** RFC 3339, or null when never. */
  lastActiveAt: string | null
  isYou: boolean
  isOwner: boolean
  can: { actions: MemberAction[] }
}

/** A minus turns an order round. Roles begin with the highest, states with the active, activity with who was never there. */
export type MemberSort =
  | 'name'
  | '-name'
  | 'role'
  | '-role'
  | 'status'
  | '-status'
  | 'lastActive'
  | '-lastActive'
  | 'created'
  | '-created'

/** Whom a list or a selection holds: what is absent does not matter, what is there must all hold. */
export interface MemberFilter {
  /** Part of a name, email, user name, phone number or role; one or two letters begin a word. */
  search?: string
  state?: MemberState
  /** An id, or `none` for those without access. */
  role?: string
  department?: string
  channel?: string
  source?: 'directory' | 'invitation' | 'manual'
  conversationAccess?: ConversationAccess
  /** RFC 3339. */
  activeSince?: string
  /** RFC 3339; whoever was never active is among them. */
  notActiveSince?: string
}

/** `GET /team/v1/members` with a `MemberFilter`, `sort`, `cursor` or `offset`, and `limit` as parameters. */
export interface MemberPage {
  members: MemberRow[]
  /** How many match the search and filters, over all pages. */
  total: number
  /** How many members come before the page; null where a cursor was given. */
  offset: number | null
  /** Opaque; null on the last page. */
  nextCursor: string | null
  /** Opaque; null on the first page. */
  previousCursor: string | null
  /** Where the event stream stood before this page was read: as its `cursor`, no change after the page is missed. */
  position: string
}

/** Why a member has one role, department, channel or the supervisor right. */
export interface MemberGrant {
  kind: 'role' | 'department' | 'channel' | 'supervisor'
  /** Null for the supervisor right, which has no value. */
  value: NamedReference | RoleReference | null
  source: GrantSource
  /** False when another grant or a policy outweighs it. */
  effective: boolean
  /** RFC 3339. */
  since: string
}

/** Where a grant comes from, in words a person can act on. */
export type GrantSource =
  | { kind: 'mapping_rule'; ruleId: string; groupName: string | null }
  | { kind: 'local' }
  | { kind: 'invitation' }
  | { kind: 'connection_default' }
  /** A channel that comes with one of their departments. */
  | { kind: 'department' }

/** `GET /team/v1/members/{id}` */
export interface MemberDetail extends MemberRow {
  grants: MemberGrant[]
}

export type ProfileField =
  | 'givenName'
  | 'familyName'
  | 'displayName'
  | 'signatureName'
  | 'phone'
  | 'jobTitle'
  | 'language'
  | 'timeZone'
  | 'avatarUrl'

export type AccessField = 'role' | 'departments' | 'channels' | 'supervisor'

/** Why the viewer may not do something: the `reason` of the problem that they would get. */
export type MemberRefusal =
  | 'last-owner'
  | 'managed-by-directory'
  | 'member-not-found'
  | 'outranked'
  | 'own-access'
  | 'password-not-allowed'
  | 'permission-missing'
  | 'profile-belongs-to-person'
  | 'role-not-grantable'

/** Whether the viewer may edit a field, and if not, who decides about it and why. */
export interface FieldControl {
  editable: boolean
  managedBy: 'directory' | 'person' | null
  reason: MemberRefusal | null
}

/** What `GET /team/v1/members/{id}` and every edit of a member answer, with `version` as ETag. */
export interface EditableMember extends MemberDetail {
  profile: Record<ProfileField, string | null>
  fields: Record<ProfileField | AccessField, FieldControl>
  /** An edit names it: `If-Match: "<version>"`. */
  version: string
}

/** `PATCH /team/v1/members/{id}`: what is absent stays. */
export interface MemberEdit {
  profile?: Partial<Record<ProfileField, string | null>>
  /** Id or key. */
  role?: string
  /** All that the member should have: ids or names. */
  departments?: string[]
  /** All that the member should have: ids or keys. */
  channels?: string[]
  supervisor?: boolean
}
