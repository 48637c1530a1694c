/** Who is behind a transaction: carried into every audit entry and outbox event that it writes. */
export interface Actor {
  kind: 'directory' | 'member' | 'host' | 'system'
  /** The SCIM connection, the member or the host key; null for the system itself. */
  id: string | null
  requestId: string
}
