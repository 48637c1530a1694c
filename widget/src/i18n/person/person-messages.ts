import type { ProfileField } from '../../contract/index.ts'
import type { Phrasing } from '../phrasing.ts'

/** Every word of the panel about a member, its menu and what they can do. */
export interface PersonMessages {
  tabs: Record<'access' | 'profile' | 'why' | 'account', string>
  view: string
  editAccess: string
  editProfile: string
  noGrants: string
  grantedByGroup: (group: string, directory: string | null) => string
  grantedByRule: string
  grantedByHand: string
  grantedByInvitation: string
  grantedByDepartment: string
  grantedByDefault: string
  since: (date: string) => string
  notEffective: string
  permissions: string
  noPermissions: string
  profile: Record<ProfileField, string>
  signatureHint: string
  avatarHint: string
  languageHint: string
  timeZoneHint: string
  locked: (by: string) => string
  changedMeanwhile: (name: string) => string
  now: string
  keepMine: string
  takeTheirs: string
  suspend: string
  suspendHint: string
  suspended: (name: string) => string
  reactivate: string
  reactivateHint: string
  reactivated: (name: string) => string
  signOut: string
  signOutHint: string
  signedOut: (name: string) => string
  setPassword: string
  passwordHint: string
  newPassword: string
  passwordSet: (name: string) => string
  remove: string
  removeHint: string
  removeTitle: (name: string) => string
  removeExplained: string
  removeStaysAway: string
  openConversations: (count: number) => string
  unassignedHint: string
  handOver: string
  handOverTo: string
  targets: Record<'member' | 'department' | 'rules', string>
  chooseTarget: string
  lastInDepartment: (departments: string) => string
  suspendInstead: string
  removed: (name: string) => string
  resend: string
  resent: (name: string) => string
  copyLink: string
  copyLinkHint: string
  cancelInvitation: string
  cancelInvitationHint: string
  cancelled: (name: string) => string
  invitedUntil: (date: string) => string
  invitationExpired: (date: string) => string
  deliveryFailed: string
  nothingToDo: string
}

export type CreatePersonMessages = (phrasing: Phrasing) => PersonMessages
