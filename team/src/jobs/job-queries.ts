import { isId, type WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { readJobAccess, requireJobAccess } from './job-guard.ts'
import { jobOf } from './job-store.ts'
import type { Job, JobResult } from './job.ts'

/** Throws `job-not-found`. */
export async function readJob(trx: WorkspaceTransaction, jobId: string): Promise<Job> {
  const row = isId(jobId)
    ? await trx.query
        .selectFrom('jobs')
        .selectAll()
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', jobId)
        .executeTakeFirst()
    : undefined
  if (row === undefined) throw new TeamError('job-not-found')
  const job = jobOf(row)
  requireJobAccess(await readJobAccess(trx), job)
  return job
}

/** The workspace's jobs, latest first; `before` is the last id of the page before. */
export async function listJobs(
  trx: WorkspaceTransaction,
  page: { before?: string | undefined; limit: number },
): Promise<Job[]> {
  const { before, limit } = page
  if (before !== undefined && !isId(before)) throw new TeamError('invalid-cursor', before)
  const access = await readJobAccess(trx)
  const rows = await trx.query
    .selectFrom('jobs')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .$if(access.of === 'oneself', (select) =>
      select.where('actor_id', '=', access.of === 'oneself' ? access.memberId : ''),
    )
    .$if(before !== undefined, (select) => select.where('id', '<', before ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(jobOf)
}

/**
 * What became of a job's items, in their order, after the item numbered `after`; of all or of the refused ones only.
 * Throws `job-not-found`.
 */
export async function listJobResults(
  trx: WorkspaceTransaction,
  jobId: string,
  page: { after?: number | undefined; limit: number; refusedOnly?: boolean | undefined },
): Promise<JobResult[]> {
  await readJob(trx, jobId)
  const rows = await trx.query
    .selectFrom('job_results')
    .select(['number', 'member_id', 'outcome', 'code', 'detail'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('job_id', '=', jobId)
    .where('number', '>', page.after ?? 0)
    .$if(page.refusedOnly === true, (select) => select.where('outcome', '=', 'refused'))
    .orderBy('number')
    .limit(page.limit)
    .execute()
  return rows.map(({ member_id, ...row }) => ({ ...row, memberId: member_id }))
}
