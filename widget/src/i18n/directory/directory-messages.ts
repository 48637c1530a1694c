import type { ConnectionState, RuleCondition, SsoHindrance } from '../../contract/index.ts'
import type { Phrasing } from '../phrasing.ts'

/** Every word of the view of the company's directory and sign-in. */
export interface DirectoryMessages {
  states: Record<ConnectionState, string>
  lastSync: (ago: string) => string
  neverSynced: string
  token: (age: string, end: string) => string
  noToken: string
  refused: string
  pause: string
  resume: string
  pauseExplained: string
  newToken: string
  tokenExplained: string
  tokenOnce: string
  revokeToken: string
  revokeExplained: string
  rules: string
  rulesHint: string
  newRule: string
  editRule: string
  preview: string
  kinds: Record<RuleCondition['kind'], string>
  patternHint: string
  gives: string
  noRole: string
  orphaned: string
  signIn: string
  required: string
  notRequired: string
  require: string
  requireNoLonger: string
  requireExplained: string
  breakGlass: string
  hindrances: Record<SsoHindrance, string>
}

export type CreateDirectoryMessages = (phrasing: Phrasing) => DirectoryMessages
