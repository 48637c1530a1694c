import { type Actor, createId, type Database, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { reprojectionKind } from '../mapping/reprojection-kind.ts'
import { actorOf, insertJobResults, lockJob, tellOfJob } from './job-store.ts'
import type { JobErrorCode, JobHandler } from './job.ts'

/** A job whose turn it is. */
export interface DueJob {
  workspaceId: string
  jobId: string
  hostId: string
}

/** The right to write a job's chunks until it runs out. */
export interface JobClaim {
  jobId: string
  lease: string
  kind: string
  actor: Actor
  /** How many turns in a row ended without a chunk, this one included. */
  attempts: number
}

/** A chunk that breaks this often in a row, or takes the process down with it, ends its job. */
const maxAttempts = 10

/** Jobs of these kinds that no replica works on: those that waited longest first, at most `perHost` of a host. */
export async function dueJobs(
  db: Database,
  kinds: readonly string[],
  perHost: number,
): Promise<DueJob[]> {
  const { rows } = await sql<DueJob>`
    select workspace_id as "workspaceId", job_id as "jobId", host_id as "hostId"
    from due_jobs(${[...kinds]}::text[], ${perHost}::integer)`.execute(db.query)
  return rows
}

/** Takes a due job for `leaseSeconds`; undefined when another replica was first or it is over. */
export async function claimJob(
  trx: WorkspaceTransaction,
  jobId: string,
  leaseSeconds: number,
): Promise<JobClaim | undefined> {
  const due = await trx.query
    .selectFrom('jobs')
    .select(['id', 'attempts'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', jobId)
    .where('finished_at', 'is', null)
    .where('leased_until', '<=', sql<Date>`now()`)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (due === undefined) return undefined
  if (due.attempts >= maxAttempts) {
    await endJob(trx, jobId, 'internal')
    return undefined
  }
  const lease = createId()
  const row = await trx.query
    .updateTable('jobs')
    .set((eb) => ({
      state: 'running',
      lease,
      leased_until: sql<Date>`now() + make_interval(secs => ${leaseSeconds})`,
      // Counted here and not after a failure: a chunk that ends the process never gets that far.
      attempts: eb('attempts', '+', 1),
      started_at: sql<Date>`coalesce(started_at, now())`,
    }))
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', jobId)
    .returningAll()
    .executeTakeFirstOrThrow()
  return { jobId, lease, kind: row.kind, actor: actorOf(row), attempts: row.attempts }
}

/**
 * One chunk with its checkpoint, results and progress, all or nothing. `lost` says that the job was cancelled or that
 * another replica has taken over.
 */
export async function runJobChunk(
  trx: WorkspaceTransaction,
  claim: JobClaim,
  handler: JobHandler,
  leaseSeconds: number,
): Promise<'more' | 'ended' | 'lost'> {
  trx.giveWay()
  // Held to the end: whoever cancels waits for the chunk, and then nothing more is done.
  const row = await lockJob(trx, claim.jobId)
  if (row?.lease !== claim.lease) return 'lost'
  const { id, input, checkpoint, total, done } = row
  const step = await handler.runChunk(trx, { id, input, checkpoint, total, done })
  const isOver = step.next === undefined
  await insertJobResults(trx, id, step.results ?? [])
  const progress = trx.query
    .updateTable('jobs')
    .set((eb) => ({
      checkpoint: isOver ? null : JSON.stringify(step.next),
      total: step.total ?? total ?? (isOver ? done + step.done : null),
      done: eb('done', '+', step.done),
      failed: eb('failed', '+', step.failed),
      attempts: 0,
      leased_until: sql<Date>`clock_timestamp() + make_interval(secs => ${leaseSeconds})`,
      ...(isOver
        ? { state: 'done' as const, finished_at: sql<Date>`clock_timestamp()`, lease: null }
        : {}),
    }))
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
  // Both travel with the commit.
  trx.send(progress)
  tellOfJob(trx, id)
  return isOver ? 'ended' : 'more'
}

/** Gives the job free: at once, so that others get their turn, or after a pause. */
export async function releaseJob(
  trx: WorkspaceTransaction,
  claim: JobClaim,
  pauseSeconds = 0,
): Promise<void> {
  await trx.query
    .updateTable('jobs')
    .set({
      lease: null,
      leased_until: sql<Date>`now() + make_interval(secs => ${pauseSeconds})`,
    })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', claim.jobId)
    .where('lease', '=', claim.lease)
    .execute()
}

/** Ends a job that can't go on; what it has done stays. Nothing happens when another replica has it. */
export async function failJob(
  trx: WorkspaceTransaction,
  claim: JobClaim,
  code: JobErrorCode,
): Promise<void> {
  const row = await lockJob(trx, claim.jobId)
  if (row?.lease === claim.lease) await endJob(trx, claim.jobId, code)
}

async function endJob(trx: WorkspaceTransaction, jobId: string, code: JobErrorCode): Promise<void> {
  const { kind } = await trx.query
    .updateTable('jobs')
    .set({ state: 'failed', error_code: code, finished_at: sql<Date>`now()`, lease: null })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', jobId)
    .returning('kind')
    .executeTakeFirstOrThrow()
  // Whoever it did not reach keeps what the rules took: the next look at everybody finds them.
  if (kind === reprojectionKind) await askForAccessCheck(trx)
  tellOfJob(trx, jobId)
}

async function askForAccessCheck(trx: WorkspaceTransaction): Promise<void> {
  await trx.query
    .updateTable('workspaces')
    .set({ access_checked_at: null })
    .where('id', '=', trx.workspaceId)
    .execute()
}

const keptMs = 30 * 24 * 60 * 60 * 1_000

/** Few at once: each may have 100,000 results. */
const sweepBatch = 10

/** Forgets jobs that ended more than thirty days ago, with what became of their items; answers how many. */
export async function sweepJobs(db: Database): Promise<number> {
  const before = new Date(Date.now() - keptMs)
  for (let gone = 0; ;) {
    const { rows } = await sql<{ count: number }>`
      select delete_old_jobs(${before}, ${sweepBatch}) as count`.execute(db.query)
    const count = rows[0]?.count ?? 0
    gone += count
    if (count < sweepBatch) return gone
  }
}
