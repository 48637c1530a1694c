import type { Generated } from 'kysely'

import type { Json } from './columns.ts'

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
export type JobOutcome = 'created' | 'changed' | 'unchanged' | 'refused'

/** Work that outlasts a request, done chunk by chunk by any replica. */
export interface JobsTable {
  workspace_id: string
  id: string
  /** Names its handler, e.g. `members.act`. */
  kind: string
  input: Json<unknown>
  state: Generated<JobState>
  /** How many items there are; null while nobody has counted. */
  total: number | null
  /** Items dealt with, whatever became of them. */
  done: Generated<number>
  /** Items among `done` that were refused. */
  failed: Generated<number>
  /** Where the next chunk begins; null before the first. */
  checkpoint: Json<unknown> | null
  /** Why the job as a whole ended early. */
  error_code: string | null
  /** As whom it acts: what they may not do is refused item by item. */
  actor_kind: 'directory' | 'member' | 'host' | 'system'
  actor_id: string | null
  request_id: string
  /** The turn that may write; another one has taken over when it is not yours. */
  lease: string | null
  /** In the future: a replica works on it, or a pause is not over. In the past: since when it waits for its turn. */
  leased_until: Generated<Date>
  /** Chunks in a row that broke; sets the pause before the next attempt. */
  attempts: Generated<number>
  created_at: Generated<Date>
  started_at: Date | null
  finished_at: Date | null
}

/** A set of members that somebody chose, exactly as it was then. */
export interface SelectionsTable {
  workspace_id: string
  id: string
  /** In order of their ids. */
  /** The member or host key who chose; null for Plantel itself. */
  made_by: string | null
  member_ids: string[]
  kept_until: Date
  created_at: Generated<Date>
}

/** What became of one item of a job. */
export interface JobResultsTable {
  workspace_id: string
  job_id: string
  /** Its place among the job's items, from 1; the row of a table that was imported. */
  number: number
  member_id: string | null
  outcome: JobOutcome
  /** Why it was refused. */
  code: string | null
  /** What the refusal is about, e.g. the column; never a person's value. */
  detail: string | null
}
