import type {
  ConversationAccess,
  GrantKind,
  IdentityProvider,
  MemberSource,
  MemberState,
  NoRoleReason,
} from '@plantel/db'

import type { RoleReference } from '../roles/role-reference.ts'
import type { MemberSort } from './member-order.ts'

/** Whom a list holds; what is absent does not matter, what is there must all hold. */
export interface MemberFilter {
  /** Part of a name, email, userName, phone number or role; one or two letters begin a word. */
  search?: string | undefined
  state?: Exclude<MemberState, 'removed'> | undefined
  /** `none` is *No access*. */
  roleId?: string | undefined
  departmentId?: string | undefined
  channelId?: string | undefined
  source?: MemberSource | undefined
  conversationAccess?: ConversationAccess | undefined
  activeSince?: Date | undefined
  /** Who was never active is among them. */
  notActiveSince?: Date | undefined
  /** Only these members. */
  ids?: readonly string[] | undefined
}

export interface MemberListQuery extends MemberFilter {
  /** `name` if absent. */
  sort?: MemberSort | undefined
  /** `nextCursor` or `previousCursor` of another page of the same list. */
  cursor?: string | undefined
  /** Instead of a cursor: how many come before the page. Beyond the end it is the last page. */
  offset?: number | undefined
  limit: number
}

interface Named {
  id: string
  name: string
}

export interface MemberListRow {
  id: string
  displayName: string
  email: string | null
  /** The host's own id of them. */
  hostUserId: string | null
  userName: string | null
  avatarUrl: string | null
  state: Exclude<MemberState, 'removed'>
  role: RoleReference | null
  noRoleReason: NoRoleReason | null
  departments: Named[]
  channels: Named[]
  conversationAccess: ConversationAccess
  managedBy: { kind: 'directory'; name: string } | null
  source: MemberSource
  lastActiveAt: Date | null
  isOwner: boolean
}

export interface MemberPage {
  members: MemberListRow[]
  /** How many match, over all pages. */
  total: number
  /** How many come before the page; null where a cursor was given, which doesn't know. */
  offset: number | null
  /** Null on the last page. */
  nextCursor: string | null
  /** Null on the first page. */
  previousCursor: string | null
}

/** Why a member has one role, department, channel or the supervisor right. */
export interface MemberGrantRow {
  kind: GrantKind
  value: Named | RoleReference | null
  source:
    | { kind: 'mapping_rule'; ruleId: string; groupName: string | null }
    | { kind: 'local' }
    | { kind: 'invitation' }
    | { kind: 'connection_default' }
    | { kind: 'department' }
  effective: boolean
  since: Date
}

/** A directory as people know it. */
export const directoryNames: Record<IdentityProvider, string> = {
  okta: 'Okta',
  entra: 'Microsoft Entra ID',
  google: 'Google Workspace',
  onelogin: 'OneLogin',
  jumpcloud: 'JumpCloud',
  generic: 'SCIM',
}
