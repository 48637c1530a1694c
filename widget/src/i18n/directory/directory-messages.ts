import type {
  ConnectionState,
  RuleCondition,
  ScimTroubleCode,
  SsoHindrance,
} from '../../contract/index.ts'
import type { Phrasing } from '../phrasing.ts'

/** Every word of the view of the company's directory and sign-in. */
export interface DirectoryMessages {
  states: Record<ConnectionState, string>
  lastSync: (ago: string) => string
  neverSynced: string
  token: (age: string, end: string) => string
  noDirectory: string
  noToken: string
  affected: (count: number) => string
  /** Why it did not arrive, and what to do; there is in the company's directory. */
  fixes: Record<Exclude<ScimTroubleCode, 'operation-refused'>, string>
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
