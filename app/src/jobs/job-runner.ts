import { type Actor, createId, type Database, inWorkspace } from '@plantel/db'
import {
  claimJob,
  type DueJob,
  dueJobs,
  failJob,
  type JobClaim,
  type JobHandler,
  releaseJob,
  runJobChunk,
  TeamError,
} from '@plantel/team'

import type { Logger } from '../logger.ts'
import type { Outbox } from '../outbox.ts'
import { createTurnTaker } from '../turn-taker.ts'

/** Runs jobs until stopped; every replica has one. */
export interface JobRunner {
  /** Whether this replica works on a job now. */
  readonly isAtWork: () => boolean
  /** Lets the chunks at hand finish; other replicas go on where they end. */
  stop(): Promise<void>
}

export interface JobTiming {
  /** Longer than one chunk may take: when it runs out, another replica takes over. */
  leaseSeconds: number
  /** After this long a job lets another one have its place. */
  turnMs: number
}

const usualTiming: JobTiming = { leaseSeconds: 60, turnMs: 2_000 }
/** Chunks are heavy for database and processor: what people wait for has to fit in beside them. */
const maxJobsAtOnce = 2
const maxPauseSeconds = 300

/** Takes jobs whose kind has a handler; others are left to replicas that know them. */
export function createJobRunner(
  db: Database,
  outbox: Outbox,
  handlers: readonly JobHandler[],
  log: Logger,
  timing: JobTiming = usualTiming,
): JobRunner {
  const byKind = new Map(handlers.map((handler) => [handler.kind, handler]))
  const turns = createTurnTaker<DueJob>(
    {
      name: 'jobs',
      find: () => dueJobs(db, [...byKind.keys()], maxJobsAtOnce),
      keyOf: ({ jobId }) => jobId,
      // One of a host at a time, so that nobody's work waits for somebody else's customer.
      hasPlace: ({ hostId }, atWork) =>
        atWork.length < maxJobsAtOnce && atWork.every((job) => job.hostId !== hostId),
      run: runTurn,
      restMs: 200,
    },
    log,
  )

  async function runTurn({ workspaceId, jobId }: DueJob): Promise<void> {
    const system: Actor = { kind: 'system', id: null, requestId: createId() }
    const claim = await inWorkspace(db, workspaceId, system, (trx) =>
      claimJob(trx, jobId, timing.leaseSeconds),
    )
    const handler = claim === undefined ? undefined : byKind.get(claim.kind)
    if (claim === undefined || handler === undefined) {
      // Another replica was first; this place is free for another job.
      setImmediate(turns.wake)
      return
    }
    try {
      if (await runChunks(workspaceId, claim, handler)) {
        await inWorkspace(db, workspaceId, system, (trx) => releaseJob(trx, claim))
      }
      setImmediate(turns.wake)
    } catch (error) {
      await handleFailure(workspaceId, claim, error)
    }
  }

  /** True when the job goes on but its turn is over. */
  async function runChunks(
    workspaceId: string,
    claim: JobClaim,
    handler: JobHandler,
  ): Promise<boolean> {
    const started = performance.now()
    while (!turns.stopping.aborted && performance.now() - started < timing.turnMs) {
      const outcome = await db.inBackground(() =>
        inWorkspace(
          db,
          workspaceId,
          claim.actor,
          (trx) => runJobChunk(trx, claim, handler, timing.leaseSeconds),
          { eager: true },
        ),
      )
      if (outcome !== 'more') return false
    }
    return true
  }

  async function handleFailure(
    workspaceId: string,
    claim: JobClaim,
    error: unknown,
  ): Promise<void> {
    const { actor, jobId, kind } = claim
    if (error instanceof TeamError) {
      await inWorkspace(db, workspaceId, actor, (trx) => failJob(trx, claim, error.code))
      setImmediate(turns.wake)
      return
    }
    const pauseSeconds = Math.min(maxPauseSeconds, 2 ** (claim.attempts - 1))
    log.warn({ err: error, workspaceId, jobId, kind, pauseSeconds }, 'a chunk of a job failed')
    turns.wakeIn(pauseSeconds)
    await inWorkspace(db, workspaceId, actor, (trx) => releaseJob(trx, claim, pauseSeconds))
  }

  const stopListening = outbox.listen(turns.hint)
  turns.wake()

  return {
    isAtWork: turns.isAtWork,
    async stop() {
      stopListening()
      await turns.stop()
    },
  }
}
