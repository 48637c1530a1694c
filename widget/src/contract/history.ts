/** What the Team API answers about who did what. Types only; the API must satisfy them. */

/** Where a change came from. */
export type AuditActorKind = 'member' | 'directory' | 'host' | 'system'

/** Somebody or something that an entry names. */
export interface AuditReference {
  kind: string
  id: string | null
  /** Today's; null for what is gone. */
  name: string | null
}

/** One entry of `GET /team/v1/audit-entries`. */
export interface AuditEntry {
  id: string
  /** RFC 3339. */
  occurredAt: string
  /** What was done, such as `member.suspended`. */
  action: string
  actor: AuditReference
  subject: AuditReference
  requestId: string
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  /** Its content was erased with a person. */
  erased: boolean
}

/** A page of the history, the newest first. */
export interface AuditPage {
  entries: AuditEntry[]
  nextCursor: string | null
}
