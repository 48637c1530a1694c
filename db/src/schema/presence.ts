/** Until when a member counts as here; kept by heartbeats. */
export interface PresencesTable {
  workspace_id: string
  member_id: string
  /** Is in front of it. */
  online_until: Date
  /** Has it open; not before `online_until`. */
  away_until: Date
  /** By which replicas find what is new. */
  changed_at: Date
}
