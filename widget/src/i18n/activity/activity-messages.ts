import type { AuditActorKind } from '../../contract/index.ts'
import type { Notice } from '../messages.ts'
import type { Phrasing } from '../phrasing.ts'

/** What entries are about, as the first half of their action says it. */
export type SubjectKind =
  | 'member'
  | 'invitation'
  | 'role'
  | 'department'
  | 'channel'
  | 'rules'
  | 'scim_connection'
  | 'sso_connection'
  | 'handover'
  | 'session'
  | 'ownership_transfer'
  | 'workspace'

/** Every word of the view of what was done. */
export interface ActivityMessages {
  hint: string
  from: string
  fromAnywhere: string
  about: string
  aboutEverything: string
  nothing: Notice
  more: string
  details: string
  /** The headings of the three columns of a change. */
  field: string
  before: string
  after: string
  erased: string
  sources: Record<AuditActorKind, string>
  kinds: Record<SubjectKind, string>
  /** What was done, by the second half of the action; `changed` for what has no word of its own. */
  deeds: Record<'changed', string> & Partial<Record<string, string>>
  /** What of the subject; what has no word here is shown as the API calls it. */
  fields: Partial<Record<string, string>>
}

export type CreateActivityMessages = (phrasing: Phrasing) => ActivityMessages
