import type { Actor, JobsTable, WorkspaceTransaction } from '@plantel/db'
import type { Selectable } from 'kysely'

import type { Job, JobResult } from './job.ts'

export type JobRow = Selectable<JobsTable>

/** The job with its row lock; undefined when there is none. */
export async function lockJob(
  trx: WorkspaceTransaction,
  jobId: string,
): Promise<JobRow | undefined> {
  return trx.query
    .selectFrom('jobs')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', jobId)
    .forUpdate()
    .executeTakeFirst()
}

/** Adds what became of some items; any number in one statement. */
export async function insertJobResults(
  trx: WorkspaceTransaction,
  jobId: string,
  results: readonly JobResult[],
): Promise<void> {
  // 65,535 parameters are PostgreSQL's limit for one statement.
  for (let start = 0; start < results.length; start += 5_000) {
    await trx.query
      .insertInto('job_results')
      .values(
        results.slice(start, start + 5_000).map((result) => ({
          workspace_id: trx.workspaceId,
          job_id: jobId,
          number: result.number,
          member_id: result.memberId,
          outcome: result.outcome,
          code: result.code,
          detail: result.detail,
        })),
      )
      .execute()
  }
}

/** Lets open pages know where a job is. No webhook: a host that asked for a job reads it. */
export function tellOfJob(trx: WorkspaceTransaction, jobId: string): void {
  trx.send(
    trx.query.insertInto('outbox').values({
      workspace_id: trx.workspaceId,
      type: jobChanged,
      member_id: null,
      payload: JSON.stringify({ job: { id: jobId } }),
      request_id: trx.actor.requestId,
    }),
  )
}

/** The event that says that a job went on or ended; for pages of the workspace only. */
export const jobChanged = 'job.changed'

/** As whom a job acts. */
export function actorOf(row: JobRow): Actor {
  return { kind: row.actor_kind, id: row.actor_id, requestId: row.request_id }
}

export function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    total: row.total,
    done: row.done,
    failed: row.failed,
    errorCode: row.error_code,
    createdBy: { kind: row.actor_kind, id: row.actor_id },
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  }
}
