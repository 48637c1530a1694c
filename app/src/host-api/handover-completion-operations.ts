import type { Database } from '@plantel/db'
import { completeHandover, findHandoverWorkspace, reportWorkload, TeamError } from '@plantel/team'
import { z } from 'zod'

import { shownHandover } from '../handover/handover-shapes.ts'
import type { Operation } from '../operations/operation.ts'
import {
  type HostCaller,
  hostOperation,
  type HostWorkspaceCaller,
  hostWorkspaceOperation,
} from './host-caller.ts'

const count = z.int().min(0).max(10_000_000)

/** `POST /handovers/{id}/complete`: the host's answer to `handover.requested`. */
export function completeHandoverOperation(db: Database): Operation<HostCaller> {
  return hostOperation({
    method: 'post',
    path: '/handovers/{handover}/complete',
    id: 'completeHandover',
    tag: 'Handover',
    summary: 'Say what was handed over',
    description:
      'With `remaining` above zero it stays open, and you are asked again later. The same answer twice counts once.',
    body: z.strictObject({
      moved: count.meta({ description: 'Conversations that were moved now.' }),
      remaining: count.default(0).meta({
        description: 'Conversations that are still with the leaver.',
      }),
    }),
    answers: { 200: { description: 'The handover now.', body: shownHandover } },
    refusals: ['conflict'],
    async handle(caller, { params, body }) {
      const workspaceId = await findHandoverWorkspace(db, params.handover)
      if (workspaceId === undefined) throw new TeamError('handover-not-found')
      // Another host's is as unknown as none.
      const workspace = await caller
        .ofWorkspace(workspaceId, { evenIfDeleted: true })
        .catch((error: unknown) => {
          throw error instanceof TeamError ? new TeamError('handover-not-found') : error
        })
      const handover = await workspace.write((trx) => completeHandover(trx, params.handover, body))
      return { status: 200, body: handover }
    },
  })
}

/** `PUT /workload`: how many open conversations people have, which decides who is least loaded. */
export const workloadOperation: Operation<HostWorkspaceCaller> = hostWorkspaceOperation({
  method: 'put',
  path: '/workload',
  id: 'reportWorkload',
  tag: 'Handover',
  summary: 'Report open conversations',
  description:
    'Of those whom it names; the others stay as they were. What is a day old counts as unknown.',
  body: z.strictObject({
    members: z
      .array(
        z
          .strictObject({
            member: z.uuid().optional(),
            hostUser: z.string().min(1).max(200).optional(),
            open: z.int().min(0).max(1_000_000),
          })
          .refine(
            ({ member, hostUser }) => (member === undefined) !== (hostUser === undefined),
            'must name a member or a hostUser',
          ),
      )
      .max(5_000),
  }),
  answers: {
    200: {
      description: 'Taken down.',
      body: z.object({
        unknown: z.array(z.string()).meta({ description: 'Whom the workspace does not know.' }),
      }),
    },
  },
  handle: async (caller, { body }) => ({
    status: 200,
    body: await caller.write((trx) => reportWorkload(trx, body.members)),
  }),
})
