import type { Actor, JobOutcome, JobState, WorkspaceTransaction } from '@plantel/db'

/** What is refused about a whole job, or about one item of it; codes of the room that does the work. */
export type JobErrorCode = string

/** A job as whoever waits for it sees it. */
export interface Job {
  id: string
  /** Names what is done, e.g. `members.suspend`. */
  kind: string
  state: JobState
  /** How many items there are; null while nobody has counted. */
  total: number | null
  /** Items dealt with, whatever became of them. */
  done: number
  /** Items among `done` that were refused. */
  failed: number
  /** Why it ended early: a code of the work, or `internal`. Null unless `state` is `failed`. */
  errorCode: JobErrorCode | null
  createdBy: Pick<Actor, 'kind' | 'id'>
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
}

/** What became of one item. */
export interface JobResult {
  /** Its place among the job's items, from 1. */
  number: number
  memberId: string | null
  outcome: JobOutcome
  /** Set exactly when `outcome` is `refused`. */
  code: JobErrorCode | null
  /** What the refusal is about, e.g. a column; never a person's value. */
  detail: string | null
}

/** What a handler is given for its next chunk. */
export interface JobTurn {
  id: string
  input: unknown
  /** What the chunk before returned; null for the first. */
  checkpoint: unknown
  total: number | null
  done: number
}

/** What a chunk did. `done` and `failed` are added to the job's. */
export interface JobStep {
  /** Where the next chunk begins; undefined ends the job. */
  next: unknown
  done: number
  failed: number
  /** Set by the chunk that counted. */
  total?: number
  results?: readonly JobResult[]
}

/** Does one kind of job. */
export interface JobHandler {
  readonly kind: string
  /**
   * Does the next chunk inside the transaction in which its checkpoint is written, as the one who asked for the job.
   * A `TeamError` ends the job with its code; anything else is tried again after a pause.
   */
  runChunk(trx: WorkspaceTransaction, turn: JobTurn): Promise<JobStep>
}
