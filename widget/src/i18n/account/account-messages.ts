import type { Availability } from '../../contract/index.ts'
import type { Phrasing } from '../phrasing.ts'

/** Every word of the view of what is one's own. */
export interface AccountMessages {
  availability: string
  /** The button that changes it to the other. */
  become: Record<Availability, string>
  password: string
  passwordChanged: (ago: string) => string
  passwordReasons: Record<'no-password' | 'sso-required', string>
  currentPassword: string
  codes: string
  codesLeft: (count: number) => string
  makeCodes: string
  codesHint: string
  sessions: string
  withPassword: string
  seen: (ago: string) => string
  signOut: string
  signOutEverywhere: string
  signOutExplained: string
  ownership: string
  transfer: string
  transferExplained: string
  newOwner: string
  afterwards: string
  highestRole: string
  sendLinks: string
  linksSent: string
  waiting: (from: string, to: string) => string
  confirmed: string
  notConfirmed: string
  mailFailed: string
  cancelTransfer: string
}

export type CreateAccountMessages = (phrasing: Phrasing) => AccountMessages
