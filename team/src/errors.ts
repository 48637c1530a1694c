/** Why a request about people in a workspace is refused. Closed: every edge has an answer for each. */
export type TeamErrorCode =
  | 'already-invited'
  | 'already-member'
  | 'channel-not-found'
  | 'channel-unknown'
  | 'connection-not-found'
  | 'creation-not-allowed'
  | 'department-not-found'
  | 'department-unknown'
  | 'email-invalid'
  | 'email-repeated'
  | 'field-missing'
  | 'group-name-taken'
  | 'group-not-found'
  | 'host-client-not-found'
  | 'host-key-not-found'
  | 'host-name-taken'
  | 'host-not-found'
  | 'host-user-taken'
  | 'invalid-cursor'
  | 'invitation-closed'
  | 'invitation-not-found'
  | 'job-not-found'
  | 'last-owner'
  | 'managed-by-directory'
  | 'member-not-active'
  | 'member-not-found'
  | 'name-taken'
  | 'outranked'
  | 'own-access'
  | 'ownership-transfer-closed'
  | 'ownership-transfer-not-found'
  | 'password-not-allowed'
  | 'pattern-invalid'
  | 'permission-missing'
  | 'person-in-running-job'
  | 'preset-unknown'
  | 'profile-belongs-to-person'
  | 'role-built-in'
  | 'role-not-found'
  | 'role-not-grantable'
  | 'role-not-mappable'
  | 'role-unknown'
  | 'rule-invalid'
  | 'rule-repeated'
  | 'seats-exceeded'
  | 'selection-not-found'
  | 'slug-invalid'
  | 'slug-taken'
  | 'still-in-directory'
  | 'user-name-taken'
  | 'version-mismatch'
  | 'webhook-endpoint-not-found'
  | 'workspace-not-found'

/** A refused request. `subject` says what it is about and is safe to show to whoever asked. */
export class TeamError extends Error {
  readonly code: TeamErrorCode
  readonly subject: string | undefined

  constructor(code: TeamErrorCode, subject?: string, options?: ErrorOptions) {
    super(subject === undefined ? code : `${code}: ${subject}`, options)
    this.name = 'TeamError'
    this.code = code
    this.subject = subject
  }
}
