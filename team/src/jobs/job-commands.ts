import { createId, isId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { readJobAccess, requireCancellable, requireJobAccess } from './job-guard.ts'
import { jobOf, lockJob, tellOfJob } from './job-store.ts'
import type { Job } from './job.ts'

/**
 * Has work done after this transaction, chunk by chunk, in the name of whoever asks here. `input` is JSON that the kind's
 * handler understands.
 */
export async function enqueueJob(
  trx: WorkspaceTransaction,
  job: { kind: string; input: unknown; total?: number },
): Promise<Job> {
  const { actor } = trx
  const row = await trx.query
    .insertInto('jobs')
    .values({
      workspace_id: trx.workspaceId,
      id: createId(),
      kind: job.kind,
      input: JSON.stringify(job.input),
      total: job.total ?? null,
      actor_kind: actor.kind,
      actor_id: actor.id,
      request_id: actor.requestId,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  tellOfJob(trx, row.id)
  return jobOf(row)
}

/**
 * Ends a job before its next chunk; what it has done stays. One that is over stays as it is. Throws `job-not-found`
 * and `job-not-cancellable`.
 */
export async function cancelJob(trx: WorkspaceTransaction, jobId: string): Promise<Job> {
  const row = isId(jobId) ? await lockJob(trx, jobId) : undefined
  if (row === undefined) throw new TeamError('job-not-found')
  requireJobAccess(await readJobAccess(trx), jobOf(row))
  if (row.finished_at !== null) return jobOf(row)
  requireCancellable(jobOf(row))
  const cancelled = await trx.query
    .updateTable('jobs')
    .set({ state: 'cancelled', finished_at: sql<Date>`now()`, lease: null })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', jobId)
    .returningAll()
    .executeTakeFirstOrThrow()
  tellOfJob(trx, jobId)
  return jobOf(cancelled)
}
