import type { ColumnType, Generated } from 'kysely'

import type { BigInt, GeneratedBigInt, Json } from './columns.ts'

/** Who changed what; written in the transaction of the change and altered by an erasure only. */
export interface AuditEntriesTable {
  workspace_id: string
  id: string
  actor_kind: 'directory' | 'member' | 'host' | 'system'
  actor_id: string | null
  request_id: string
  action: string
  subject_kind: string
  subject_id: string
  before: Json<Record<string, unknown>> | null
  after: Json<Record<string, unknown>> | null
  occurred_at: Generated<Date>
  /** Without it the digest says nothing about the content; gone once that was erased. */
  content_salt: Buffer | null
  /** Of salt, `before` and `after`; what a chain of entries covers, so that it survives an erasure. */
  content_digest: Buffer
  /** Since when `before` and `after` say nothing of a person any more. */
  erased_at: Date | null
}

/** Place of an entry in its workspace's chain, given seconds after the commit. */
export interface AuditSealsTable {
  workspace_id: string
  position: BigInt
  entry_id: string
  /** Of the entry and the one before it. */
  chain_hash: Buffer
}

/** Waits for its place. */
export interface UnsealedAuditEntriesTable {
  workspace_id: string
  entry_id: string
}

/** How far a workspace's audit entries are sealed. */
export interface AuditChainsTable {
  workspace_id: string
  position: GeneratedBigInt
  hash: Buffer
  sealed_at: Generated<Date>
  /** What was kept too long is swept from the start, which moves. */
  start_position: GeneratedBigInt
  start_hash: Buffer
}

/** Who must be told: written in the transaction of the change; becomes an event with a position after the commit. */
export interface OutboxTable {
  /** Ids commit out of order: no reader goes by them. */
  id: ColumnType<string, never, never>
  workspace_id: string
  type: string
  member_id: string | null
  payload: Json<Record<string, unknown>>
  request_id: string
  occurred_at: Generated<Date>
}

/** What has happened, for whoever reads it. */
export interface EventsTable {
  workspace_id: string
  /** Order in which consumers read. */
  position: ColumnType<string, never, never>
  type: string
  member_id: string | null
  payload: Json<Record<string, unknown>>
  request_id: string
  occurred_at: Generated<Date>
}

/** An event that a consumer went past and comes back to when it is due. */
export interface DeferredEventsTable {
  workspace_id: string
  consumer: string
  position: BigInt
  attempts: Generated<number>
  due_at: Date
}

/** How far a consumer has read in one workspace. */
export interface EventCursorsTable {
  workspace_id: string
  /** `mail`, `end-access`, `logout:<client id>`, `webhook:<endpoint id>` */
  consumer: string
  position: BigInt
  /** In the future: a replica works on it, or a pause is not over. In the past: when it last had its turn. */
  leased_until: Date
  /** Failed attempts in a row; sets the pause before the next. */
  failures: Generated<number>
  /** When the first of those was. */
  failing_since: Date | null
}

/** What became of an event at a webhook endpoint. */
export interface WebhookDeliveriesTable {
  workspace_id: string
  endpoint_id: string
  /** Of the event. */
  position: BigInt
  /** Grows with the time of the first attempt. */
  id: string
  event_type: string
  /** Whose deliveries come one after the other. */
  member_id: string | null
  /** `dead` was given up and waits to be sent again by hand. */
  state: 'delivered' | 'retrying' | 'dead'
  attempts: Generated<number>
  /** When it is tried next; null unless `retrying`. */
  due_at: Date | null
  failing_since: Date | null
  attempted_at: Date | null
  /** HTTP status of the last attempt; null when nothing was answered. */
  status: number | null
  /** Why the last attempt failed, from a closed list. */
  error: string | null
  duration_ms: number | null
  created_at: Generated<Date>
}

/** A mail that was captured instead of sent. */
export interface CapturedMailsTable {
  id: GeneratedBigInt
  workspace_id: string
  recipient: string
  subject: string
  text: string
  html: string
  captured_at: Generated<Date>
}

/** State of the demo's simulated corporate directory and inbox. */
export interface DemoDocumentsTable {
  key: string
  value: Json<unknown>
  updated_at: Generated<Date>
}
