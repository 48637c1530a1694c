import { previewBulkAction, startBulkAction } from '@plantel/team'
import type { BulkActionRequest, BulkPreview } from '@plantel/widget/contract'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import { jobSchema, showJob } from './job-operations.ts'

const reference = z.string().min(1).max(200)
const references = z.array(reference).min(1).max(500)

const bulkActionRequest: z.ZodType<BulkActionRequest> = z.strictObject({
  selection: z.uuid().meta({ description: "A selection's id." }),
  action: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.enum(['suspend', 'reactivate', 'remove', 'sign-out', 'resend-invitation']),
    }),
    z.strictObject({
      kind: z.literal('set-role'),
      role: reference.meta({ description: 'Id or key.' }),
    }),
    z.strictObject({
      kind: z.enum(['add-departments', 'remove-departments']),
      departments: references.meta({ description: 'Ids or names.' }),
    }),
    z.strictObject({
      kind: z.enum(['add-channels', 'remove-channels']),
      channels: references.meta({ description: 'Ids or keys.' }),
    }),
    z.strictObject({ kind: z.literal('set-supervisor'), supervisor: z.boolean() }),
  ]),
})

const bulkPreview: z.ZodType<BulkPreview> = z
  .object({
    total: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    refused: z
      .record(z.string(), z.int())
      .meta({ description: 'How many would be refused, by code.' }),
  })
  .meta({ id: 'BulkPreview' })

/** The same with everybody in a selection, as a job. */
export const bulkActionOperations: readonly Operation<WorkspaceCaller>[] = [
  workspaceOperation({
    method: 'post',
    path: '/bulk-actions',
    id: 'startBulkAction',
    tag: 'Jobs',
    summary: 'Do the same with many members',
    description:
      'Everybody in the selection meets the guards of the single action; who is refused is named in the results and stops nobody else.',
    body: bulkActionRequest,
    answers: { 202: { description: 'A job has begun.', body: jobSchema } },
    refusals: ['not-found', 'conflict'],
    handle: async (caller, { body: { selection, action } }) => ({
      status: 202,
      body: showJob(await caller.write((trx) => startBulkAction(trx, selection, action))),
    }),
  }),
  workspaceOperation({
    method: 'post',
    path: '/bulk-actions/preview',
    id: 'previewBulkAction',
    tag: 'Jobs',
    summary: 'See what a bulk action would do',
    scope: 'read',
    body: bulkActionRequest,
    answers: { 200: { description: 'How many would change.', body: bulkPreview } },
    refusals: ['not-found', 'conflict'],
    handle: async (caller, { body: { selection, action } }) => ({
      status: 200,
      body: await previewBulkAction((work) => caller.read(work), selection, action),
    }),
  }),
]
