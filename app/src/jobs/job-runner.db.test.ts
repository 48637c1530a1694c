import { setTimeout as delay } from 'node:timers/promises'

import {
  type Actor,
  createId,
  type Database,
  inInstallation,
  inWorkspace,
  openDatabase,
  readInWorkspace,
} from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import {
  cancelJob,
  claimJob,
  createHost,
  createWorkspace,
  enqueueJob,
  type Job,
  type JobHandler,
  type JobResult,
  type JobStep,
  listJobResults,
  readJob,
  sweepJobs,
  TeamError,
} from '@plantel/team'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { createLogger } from '../logger.ts'
import { createOutbox } from '../outbox.ts'
import { createJobRunner, type JobTiming } from './job-runner.ts'

const log = createLogger('silent')
const asker: Actor = { kind: 'host', id: createId(), requestId: 'request-of-the-asker' }
/** Gives its place up often, and keeps it longer than a machine that is busy can stand still. */
const quick: JobTiming = { leaseSeconds: 30, turnMs: 50 }

/** Counts to `count`, ten numbers a chunk, and refuses every seventh. */
function counting(kind: string, seen: number[] = [], pauseMs = 0): JobHandler {
  return {
    kind,
    async runChunk(_trx, { input, checkpoint }): Promise<JobStep> {
      const { count } = input as { count: number }
      const from = (checkpoint as number | null) ?? 0
      const numbers = Array.from({ length: Math.min(10, count - from) }, (_, i) => from + i + 1)
      if (pauseMs > 0) await delay(pauseMs)
      seen.push(...numbers)
      const results = numbers.map((number): JobResult => {
        const isRefused = number % 7 === 0
        return {
          number,
          memberId: null,
          outcome: isRefused ? 'refused' : 'changed',
          code: isRefused ? 'sevens' : null,
          detail: null,
        }
      })
      const to = from + numbers.length
      return {
        next: to < count ? to : undefined,
        done: numbers.length,
        failed: results.filter(({ outcome }) => outcome === 'refused').length,
        results,
      }
    },
  }
}

describe.each(testEngines)('jobs on %s', (engine) => {
  let db: TestDatabase
  const stops: (() => Promise<void>)[] = []

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  afterAll(() => db.close())
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })

  async function newHost(): Promise<string> {
    const { id } = await inInstallation(db, (query) =>
      createHost(query, { name: `Inbox ${createId()}`, allowedOrigins: [] }),
    )
    return id
  }

  async function newWorkspace(ofHost?: string): Promise<{ id: string; hostId: string }> {
    const id = createId()
    const hostId = ofHost ?? (await newHost())
    await inWorkspace(db, id, asker, (trx) =>
      createWorkspace(trx, {
        hostId,
        slug: `w${id.slice(-12)}`,
        name: 'W',
        preset: 'respond',
        locale: 'en',
        timeZone: 'UTC',
        owner: { email: 'o@w.example', displayName: 'O' },
        departments: [],
        channels: [],
      }),
    )
    return { id, hostId }
  }

  function run(
    handlers: readonly JobHandler[],
    replica: Database = db,
    timing?: JobTiming,
  ): () => Promise<void> {
    const outbox = createOutbox(replica, log)
    const runner = createJobRunner(replica, outbox, handlers, log, timing)
    const stop = async (): Promise<void> => {
      await runner.stop()
      await outbox.close()
    }
    stops.push(stop)
    return stop
  }

  const enqueue = (workspaceId: string, kind: string, count: number): Promise<Job> =>
    inWorkspace(db, workspaceId, asker, (trx) => enqueueJob(trx, { kind, input: { count } }))
  const read = (workspaceId: string, jobId: string): Promise<Job> =>
    readInWorkspace(db, workspaceId, asker, (trx) => readJob(trx, jobId))
  const stateOf = async (workspaceId: string, jobId: string): Promise<string> =>
    (await read(workspaceId, jobId)).state

  it('does every item once, in order, and keeps what became of each', async () => {
    const { id } = await newWorkspace()
    const seen: number[] = []
    run([counting('count', seen)])
    const job = await enqueue(id, 'count', 95)
    expect(job).toMatchObject({ state: 'queued', total: null, createdBy: { kind: 'host' } })
    await expect.poll(() => stateOf(id, job.id), { timeout: 30_000 }).toBe('done')
    expect(seen).toEqual(Array.from({ length: 95 }, (_, index) => index + 1))
    expect(await read(id, job.id)).toMatchObject({ total: 95, done: 95, failed: 13 })
    const refused = await readInWorkspace(db, id, asker, (trx) =>
      listJobResults(trx, job.id, { limit: 3, after: 7, refusedOnly: true }),
    )
    expect(refused.map(({ number, code }) => [number, code])).toEqual([
      [14, 'sevens'],
      [21, 'sevens'],
      [28, 'sevens'],
    ])
  })

  it('begins a chunk when other work of the background is over', async () => {
    const { id } = await newWorkspace()
    const steps: string[] = []
    const job = await enqueue(id, 'later', 1)
    const other = db.inBackground(async () => {
      await delay(150)
      steps.push('other work')
    })
    run([
      {
        kind: 'later',
        runChunk: () => {
          steps.push('chunk')
          return Promise.resolve({ next: undefined, done: 1, failed: 0 })
        },
      },
    ])
    await expect.poll(() => stateOf(id, job.id), { timeout: 30_000 }).toBe('done')
    await other
    expect(steps).toEqual(['other work', 'chunk'])
  })

  it('acts as whoever asked for it', async () => {
    const { id } = await newWorkspace()
    const actors: Actor[] = []
    run([
      {
        kind: 'who',
        runChunk: ({ actor }) => {
          actors.push(actor)
          return Promise.resolve({ next: undefined, done: 1, failed: 0 })
        },
      },
    ])
    const job = await enqueue(id, 'who', 1)
    await expect.poll(() => stateOf(id, job.id), { timeout: 30_000 }).toBe('done')
    expect(actors).toEqual([asker])
  })

  it('goes on after its last chunk when the replica at work has died', async () => {
    const { id } = await newWorkspace()
    const job = await enqueue(id, 'dies', 30)
    // What kill -9 leaves: a lease that nobody extends.
    const started = performance.now()
    const claim = await inWorkspace(db, id, asker, (trx) => claimJob(trx, job.id, 1))
    expect(claim).toBeDefined()
    const seen: number[] = []
    run([counting('dies', seen)])
    await expect.poll(() => stateOf(id, job.id), { timeout: 30_000 }).toBe('done')
    expect(performance.now() - started).toBeGreaterThan(900)
    expect(seen).toHaveLength(30)
  })

  it('writes a checkpoint only with its chunk, and tries a broken chunk again after a pause', async () => {
    const { id } = await newWorkspace()
    let isFull = true
    const handler = counting('breaks')
    const started: unknown[] = []
    run([
      {
        kind: 'breaks',
        async runChunk(trx, turn) {
          started.push(turn.checkpoint)
          const step = await handler.runChunk(trx, turn)
          await trx.query
            .updateTable('members')
            .set({ job_title: String(turn.done + step.done) })
            .where('workspace_id', '=', id)
            .execute()
          if (turn.checkpoint === 10 && isFull) throw new Error('the disk is full')
          return step
        },
      },
    ])
    const job = await enqueue(id, 'breaks', 30)
    await expect.poll(() => started.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(3)
    const title = await readInWorkspace(db, id, asker, ({ query }) =>
      query.selectFrom('members').select('job_title').executeTakeFirstOrThrow(),
    )
    expect(title.job_title).toBe('10')
    isFull = false
    await expect.poll(() => stateOf(id, job.id), { timeout: 30_000 }).toBe('done')
    expect(started.slice(0, 3)).toEqual([null, 10, 10])
    expect(started.slice(3, -1).every((checkpoint) => checkpoint === 10)).toBe(true)
    expect(started.at(-1)).toBe(20)
    expect(await read(id, job.id)).toMatchObject({ done: 30 })
  })

  it('ends with the code of a refusal that concerns the whole job', async () => {
    const { id } = await newWorkspace()
    run([{ kind: 'refused', runChunk: () => Promise.reject(new TeamError('permission-missing')) }])
    const job = await enqueue(id, 'refused', 1)
    await expect.poll(() => stateOf(id, job.id), { timeout: 30_000 }).toBe('failed')
    expect(await read(id, job.id)).toMatchObject({ errorCode: 'permission-missing', done: 0 })
  })

  it('gives a job up that takes every replica down with it', async () => {
    const { id } = await newWorkspace()
    const job = await enqueue(id, 'deadly', 1)
    for (let attempt = 0; attempt < 10; attempt++) {
      const claim = await inWorkspace(db, id, asker, (trx) => claimJob(trx, job.id, -1))
      expect(claim?.attempts).toBe(attempt + 1)
    }
    expect(await inWorkspace(db, id, asker, (trx) => claimJob(trx, job.id, 1))).toBeUndefined()
    expect(await read(id, job.id)).toMatchObject({ state: 'failed', errorCode: 'internal' })
  })

  it('does nothing more once it is cancelled', async () => {
    const { id } = await newWorkspace()
    const seen: number[] = []
    run([counting('long', seen, 5)])
    const job = await enqueue(id, 'long', 100_000)
    await expect.poll(() => seen.length, { timeout: 30_000 }).toBeGreaterThan(20)
    const cancelled = await inWorkspace(db, id, asker, (trx) => cancelJob(trx, job.id))
    expect(cancelled.state).toBe('cancelled')
    await delay(200)
    // A chunk that began may have run, but nothing of it is kept.
    expect(await read(id, job.id)).toMatchObject({ state: 'cancelled', done: cancelled.done })
    const again = await inWorkspace(db, id, asker, (trx) => cancelJob(trx, job.id))
    expect(again.finishedAt).toEqual(cancelled.finishedAt)
  })

  it('lets two replicas share jobs without doing a chunk twice', async () => {
    const workspaces = await Promise.all([newWorkspace(), newWorkspace(), newWorkspace()])
    const seen: number[] = []
    const jobs = await Promise.all(workspaces.map(({ id }) => enqueue(id, 'shared', 200)))
    const replica = engine === 'postgres' ? await openDatabase(db.options) : db
    run([counting('shared', seen)], db, quick)
    run([counting('shared', seen)], replica, quick)
    for (const [index, job] of jobs.entries()) {
      const { id } = workspaces[index] ?? { id: '' }
      await expect.poll(() => stateOf(id, job.id), { timeout: 30_000 }).toBe('done')
      expect(await read(id, job.id)).toMatchObject({ done: 200 })
    }
    expect(seen).toHaveLength(600)
    await Promise.all(stops.splice(0).map((stop) => stop()))
    if (replica !== db) await replica.close()
  })

  it('lets a short job have its turn beside a long one of the same host', async () => {
    const first = await newWorkspace()
    const second = await newWorkspace(first.hostId)
    run([counting('turns', [], 5)], db, quick)
    const long = await enqueue(first.id, 'turns', 5_000)
    const short = await enqueue(second.id, 'turns', 10)
    await expect.poll(() => stateOf(second.id, short.id), { timeout: 30_000 }).toBe('done')
    expect(await stateOf(first.id, long.id)).toBe('running')
  })

  it('leaves kinds that it does not know to newer replicas', async () => {
    const { id } = await newWorkspace()
    const job = await enqueue(id, 'of-the-future', 1)
    run([counting('known')])
    const known = await enqueue(id, 'known', 1)
    await expect.poll(() => stateOf(id, known.id), { timeout: 30_000 }).toBe('done')
    expect(await stateOf(id, job.id)).toBe('queued')
  })

  it('is forgotten thirty days after its end, with its results', async () => {
    const { id } = await newWorkspace()
    run([counting('old')])
    const [old, fresh] = [await enqueue(id, 'old', 10), await enqueue(id, 'old', 10)]
    for (const job of [old, fresh]) {
      await expect.poll(() => stateOf(id, job.id), { timeout: 30_000 }).toBe('done')
    }
    await db.owner
      .updateTable('jobs')
      .set({ finished_at: new Date(Date.now() - 31 * 86_400_000) })
      .where('id', '=', old.id)
      .execute()
    expect(await sweepJobs(db)).toBe(1)
    await expect(read(id, old.id)).rejects.toMatchObject({ code: 'job-not-found' })
    expect(await stateOf(id, fresh.id)).toBe('done')
    const kept = await db.owner.selectFrom('job_results').select('job_id').distinct().execute()
    expect(kept.map(({ job_id }) => job_id)).not.toContain(old.id)
  })

  it('is nothing that another workspace can read or end', async () => {
    const [own, foreign] = [await newWorkspace(), await newWorkspace()]
    const job = await enqueue(own.id, 'private', 1)
    await expect(read(foreign.id, job.id)).rejects.toMatchObject({ code: 'job-not-found' })
    await expect(
      inWorkspace(db, foreign.id, asker, (trx) => cancelJob(trx, job.id)),
    ).rejects.toMatchObject({ code: 'job-not-found' })
    expect(await stateOf(own.id, job.id)).toBe('queued')
  })
})
