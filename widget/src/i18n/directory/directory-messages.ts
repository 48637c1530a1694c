import type { ConnectionState, RuleCondition, SsoHindrance } from '../../contract/index.ts'
import type { Phrasing } from '../phrasing.ts'

type Operator = Extract<RuleCondition, { kind: 'attribute' }>['operator']

/** Every word of the view of the company's directory and sign-in. */
export interface DirectoryMessages {
  title: string
  hint: string
  none: string
  states: Record<ConnectionState, string>
  lastSync: (ago: string) => string
  neverSynced: string
  token: (age: string, end: string) => string
  noToken: string
  refused: (count: number) => string
  pause: string
  resume: string
  pauseExplained: string
  newToken: string
  tokenExplained: string
  tokenOnce: string
  address: string
  revokeToken: string
  revokeExplained: string
  copy: string
  copied: string
  rules: string
  rulesHint: string
  noRules: string
  newRule: string
  editRule: string
  deleteRule: string
  preview: string
  kinds: Record<RuleCondition['kind'], string>
  operators: Record<Operator, string>
  attribute: string
  value: string
  group: string
  pattern: string
  patternHint: string
  valuesHint: string
  gives: string
  noRole: string
  supervisor: string
  orphaned: string
  signIn: string
  signInHint: string
  required: string
  notRequired: string
  require: string
  requireNoLonger: string
  requireExplained: string
  breakGlass: string
  waysIn: (hasPassword: boolean, codes: number) => string
  hindrances: Record<SsoHindrance, string>
}

export type CreateDirectoryMessages = (phrasing: Phrasing) => DirectoryMessages
