import type { ApiErrorKind } from '../api/api-error.ts'
import type { MemberState, NoRoleReason, Presence } from '../contract/index.ts'
import type { Phrasing } from './phrasing.ts'

/** A short heading and the sentence under it. */
export interface Notice {
  title: string
  text: string
}

/** What a team screen is made of; each is shown to those who may use it. */
export type TeamView = 'members' | 'departments' | 'roles' | 'directory' | 'activity' | 'profile'

/** The roles that a workspace may start with. */
export type BuiltInRole =
  | 'owner'
  | 'administrator'
  | 'manager'
  | 'agent'
  | 'operator'
  | 'user'
  | 'member'

/** Every word of the list of members. A locale that lacks one does not compile. */
export interface Messages {
  team: string
  seats: (used: number, limit: number | null) => string

  members: string
  memberCount: (count: number) => string
  matchCount: (count: number) => string
  search: string
  searchHint: string
  clearFilters: string
  /** With how many of them are chosen. */
  moreFilters: (count: number) => string
  sort: string
  /** When somebody came, as an order. */
  created: string
  exportCsv: string

  member: string
  role: string
  department: string
  departments: string
  channels: string
  state: string
  lastActive: string
  source: string

  states: Record<MemberState, string>
  presence: Record<Presence, string>
  you: string
  roleNames: Record<BuiltInRole, string>
  noAccess: string
  noRoleReasons: Record<NoRoleReason, string>
  more: (count: number) => string
  never: string
  managedBy: (directory: string) => string
  managedHere: string

  emptyList: Notice
  noMatch: Notice
  problems: Record<ApiErrorKind, Notice>
  retry: string
  close: string
  show: string
  actions: string
  actionsFor: (name: string) => string
  addMember: string
  views: Record<TeamView, string>
  requestId: (id: string) => string

  memberAdded: (name: string) => string
  memberChanged: (name: string) => string
  memberRemoved: (name: string) => string
  membersChanged: (count: number) => string
}

/** A locale's module: words, given how the reader's region writes numbers and plurals. */
export type CreateMessages = (phrasing: Phrasing) => Messages
