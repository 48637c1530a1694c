import type { Notice } from '../messages.ts'
import type { Phrasing } from '../phrasing.ts'

/** Reasons for which the server refuses what a person asked; what is not here is said by its kind. */
export type RefusalReason =
  | 'active-connection-exists'
  | 'already-invited'
  | 'already-member'
  | 'cell-invalid'
  | 'changed-since-check'
  | 'channel-unknown'
  | 'comes-with-department'
  | 'creation-not-allowed'
  | 'department-unknown'
  | 'difference-changed'
  | 'email-invalid'
  | 'email-repeated'
  | 'field-missing'
  | 'group-not-found'
  | 'import-changed'
  | 'invitation-closed'
  | 'invitation-just-sent'
  | 'invitation-not-found'
  | 'invitation-quota'
  | 'last-owner'
  | 'managed-by-directory'
  | 'member-not-active'
  | 'member-not-found'
  | 'name-taken'
  | 'nobody-invited'
  | 'outranked'
  | 'own-access'
  | 'password-guessable'
  | 'password-not-allowed'
  | 'password-too-long'
  | 'password-too-short'
  | 'password-wrong'
  | 'pattern-invalid'
  | 'permission-missing'
  | 'profile-belongs-to-person'
  | 'role-built-in'
  | 'role-not-grantable'
  | 'role-unknown'
  | 'row-malformed'
  | 'rule-invalid'
  | 'rule-repeated'
  | 'seats-exceeded'
  | 'selection-not-found'
  | 'sso-not-ready'
  | 'still-in-directory'
  | 'too-many-active-tokens'
  | 'too-many-attempts'
  | 'version-mismatch'

/** What every screen says; it comes with the first of them. */
export interface CommonMessages {
  save: string
  saving: string
  cancel: string
  done: string
  undo: string
  remove: string
  edit: string
  optional: string
  nobody: string
  filterList: (what: string) => string
  tryAgainIn: (seconds: number) => string
  saved: string
  showPassword: string
  suggestPassword: string
  copy: string
  delete: string
  supervisor: string
  supervisorHint: string
  noDepartmentHint: string
  copied: string
  refusals: Record<RefusalReason, string>
  /** What is said otherwise than where nothing was to be saved. */
  problems: Record<'failed' | 'forbidden' | 'gone', Notice> &
    Record<'busy' | 'unreachable', Pick<Notice, 'text'>>
}

export type CreateCommonMessages = (phrasing: Phrasing) => CommonMessages
