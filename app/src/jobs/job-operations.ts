import {
  cancelJob,
  type Job as TeamJob,
  type JobResult as TeamJobResult,
  listJobResults,
  listJobs,
  readJob,
} from '@plantel/team'
import type { Job, JobResult } from '@plantel/widget/contract'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { pageSize } from '../operations/page-size.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import { sentenceOf } from '../problem.ts'

/** A job as both APIs show it. */
export const jobSchema: z.ZodType<Job> = z
  .object({
    id: z.uuid(),
    kind: z.string().meta({ description: 'Such as `members.suspend` or `members.import`.' }),
    state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
    total: z.int().nullable().meta({ description: 'Null while nobody has counted.' }),
    done: z.int().meta({ description: 'Items dealt with, whatever became of them.' }),
    failed: z.int().meta({ description: 'Items that were refused; their results say why.' }),
    errorCode: z
      .string()
      .nullable()
      .meta({ description: 'Why it ended early; null unless failed.' }),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Job' })

const jobResult: z.ZodType<JobResult> = z
  .object({
    number: z.int().meta({ description: 'From 1; the row of a table that was imported.' }),
    memberId: z.uuid().nullable(),
    outcome: z.enum(['created', 'changed', 'unchanged', 'refused']),
    code: z.string().nullable().meta({ description: 'Stable; null unless refused.' }),
    detail: z.string().nullable().meta({ description: 'What to do, for people.' }),
    subject: z.string().nullable().meta({ description: 'A column, a role, a department.' }),
  })
  .meta({ id: 'JobResult' })

/** Work that outlasts a request: how far it is, what became of each item, and its end before its time. */
export const jobOperations: readonly Operation<WorkspaceCaller>[] = [
  workspaceOperation({
    method: 'get',
    path: '/jobs',
    id: 'listJobs',
    tag: 'Jobs',
    summary: 'List jobs',
    description: 'The latest first. Jobs are kept for thirty days after they ended.',
    query: z.strictObject({
      cursor: z.uuid().exactOptional(),
      limit: pageSize(20, 100),
    }),
    answers: {
      200: {
        description: 'One page.',
        body: z.object({ jobs: z.array(jobSchema), nextCursor: z.string().nullable() }),
      },
    },
    async handle(caller, { query: { cursor, limit } }) {
      const jobs = await caller.read((trx) => listJobs(trx, { before: cursor, limit: limit + 1 }))
      const shown = jobs.slice(0, limit)
      const nextCursor = jobs.length > limit ? (shown.at(-1)?.id ?? null) : null
      return { status: 200, body: { jobs: shown.map(showJob), nextCursor } }
    },
  }),
  workspaceOperation({
    method: 'get',
    path: '/jobs/{job}',
    id: 'readJob',
    tag: 'Jobs',
    summary: 'Read a job',
    description: 'Open event streams are told by `jobs.changed` when it goes on.',
    answers: { 200: { description: 'How far it is.', body: jobSchema } },
    handle: async (caller, { params }) => ({
      status: 200,
      body: showJob(await caller.read((trx) => readJob(trx, params.job))),
    }),
  }),
  workspaceOperation({
    method: 'get',
    path: '/jobs/{job}/results',
    id: 'listJobResults',
    tag: 'Jobs',
    summary: 'List what became of a job’s items',
    query: z.strictObject({
      after: z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number)
        .exactOptional()
        .meta({ description: 'The `number` of the last one of the page before.' }),
      limit: pageSize(100, 1_000),
      refused: z.enum(['true', 'false']).exactOptional().meta({
        description: '`true` for those that were refused only.',
      }),
    }),
    answers: {
      200: {
        description: 'One page.',
        body: z.object({ results: z.array(jobResult), nextAfter: z.int().nullable() }),
      },
    },
    async handle(caller, { params, query: { after, limit, refused } }) {
      const results = await caller.read((trx) =>
        listJobResults(trx, params.job, {
          after,
          limit: limit + 1,
          refusedOnly: refused === 'true',
        }),
      )
      const shown = results.slice(0, limit)
      const nextAfter = results.length > limit ? (shown.at(-1)?.number ?? null) : null
      return { status: 200, body: { results: shown.map(showResult), nextAfter } }
    },
  }),
  workspaceOperation({
    method: 'post',
    path: '/jobs/{job}/cancel',
    id: 'cancelJob',
    tag: 'Jobs',
    summary: 'Cancel a job',
    description:
      'What it has done stays. One that is over stays as it is; one that brings new rules to people runs to its end.',
    answers: { 200: { description: 'Nothing more is done.', body: jobSchema } },
    handle: async (caller, { params }) => ({
      status: 200,
      body: showJob(await caller.write((trx) => cancelJob(trx, params.job))),
    }),
  }),
]

/** A job as it is sent. */
export function showJob(job: TeamJob): Job {
  const { id, kind, state, total, done, failed, errorCode } = job
  return {
    id,
    kind,
    state,
    total,
    done,
    failed,
    errorCode,
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    finishedAt: job.finishedAt?.toISOString() ?? null,
  }
}

function showResult({ detail: subject, ...result }: TeamJobResult): JobResult {
  const { code } = result
  return { ...result, subject, detail: code === null ? null : sentenceOf(code, subject) }
}
