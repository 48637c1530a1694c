import type { JobResult } from '../../contract/index.ts'
import type { Phrasing } from '../phrasing.ts'

/** Every word of the form that adds people, and of the import of a table. */
export interface InviteMessages {
  /** Those that a profile has no word for, or another one. */
  fields: Record<'displayName' | 'email' | 'password' | 'message', string>
  emailsHint: string
  messageHint: string
  addressChecks: Record<'invalid' | 'repeated' | 'member' | 'invited' | 'refused', string>
  addressCount: (count: number) => string
  wrongCount: (count: number) => string
  removeAddress: (address: string) => string
  needsAddress: string
  seatsLeft: (count: number) => string
  seatsShort: (wanted: number, left: number) => string
  inviteInstead: string
  createInstead: string
  invitedTitle: (count: number) => string
  createdTitle: (name: string) => string
  createdText: string
  mailUnderway: string
  notAdded: (count: number) => string
  cameBack: string
  correct: string
  addMore: string
  expired: (count: number) => string
  importTitle: string
  importLink: string
  importHint: string
  chooseFile: string
  dropFile: string
  importWay: Record<'invite' | 'create', string>
  checking: string
  importing: string
  progress: (done: number, total: number | null) => string
  outcomes: Record<JobResult['outcome'], (count: number) => string>
  row: (number: number) => string
  ignoredColumns: (columns: string) => string
  startImport: (count: number) => string
  nothingToImport: string
  imported: string
  downloadRefused: string
  otherFile: string
  importFailed: string
}

export type CreateInviteMessages = (phrasing: Phrasing) => InviteMessages
