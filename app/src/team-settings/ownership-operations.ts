import {
  cancelOwnershipTransfer,
  createOwnershipTransfer,
  listOpenOwnershipTransfers,
  loadOwnershipTransfer,
  type OwnershipTransfer,
  TeamError,
} from '@plantel/team'
import type { OwnershipTransfer as ShownTransfer } from '@plantel/widget/contract'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'

const person = z.object({
  id: z.uuid(),
  displayName: z.string(),
  hasConfirmed: z.boolean(),
  delivery: z.object({
    state: z.enum(['queued', 'sent', 'failed']),
    error: z.string().nullable(),
  }),
})

const transfer = z
  .object({
    id: z.uuid(),
    state: z.enum(['open', 'completed', 'cancelled', 'expired']),
    from: person,
    to: person,
    formerOwnerRole: z.object({ key: z.string(), name: z.string() }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'OwnershipTransfer' }) satisfies z.ZodType<ShownTransfer>

/** Handing the workspace to another owner. */
export const ownershipOperations: readonly Operation<WorkspaceCaller>[] = [
  workspaceOperation({
    method: 'get',
    path: '/ownership-transfers',
    id: 'listOwnershipTransfers',
    tag: 'Members',
    summary: 'List the transfers of ownership that wait for somebody',
    answers: {
      200: { description: 'All of them.', body: z.object({ transfers: z.array(transfer) }) },
    },
    handle: async (caller) => ({
      status: 200,
      body: {
        transfers: (await caller.read((trx) => listOpenOwnershipTransfers(trx))).map(viewTransfer),
      },
    }),
  }),
  workspaceOperation({
    method: 'post',
    path: '/ownership-transfers',
    id: 'createOwnershipTransfer',
    tag: 'Members',
    summary: 'Begin to hand the workspace to another owner',
    description:
      'Both people get a mail with a link of their own, good for 30 minutes. Nothing changes until both have confirmed. ' +
      'A member hands over their own ownership; a host says whose where there are several.',
    body: z.strictObject({
      to: z.uuid().meta({ description: 'The member who becomes the owner.' }),
      from: z.uuid().exactOptional().meta({ description: 'The owner who steps down.' }),
      formerOwnerRole: z.string().min(1).max(200).exactOptional().meta({
        description: 'What the owner becomes, by id or key; by default the highest role below.',
      }),
    }),
    answers: { 201: { description: 'It waits for both.', body: transfer } },
    refusals: ['conflict', 'not-found'],
    async handle(caller, { body }) {
      const created = await caller.write(async (trx) => {
        const { id } = await createOwnershipTransfer(trx, body)
        const found = await loadOwnershipTransfer(trx, id)
        if (found === undefined) throw new TeamError('ownership-transfer-not-found')
        return found
      })
      return { status: 201, body: viewTransfer(created) }
    },
  }),
  workspaceOperation({
    method: 'delete',
    path: '/ownership-transfers/{transfer}',
    id: 'cancelOwnershipTransfer',
    tag: 'Members',
    summary: 'Cancel a transfer of ownership',
    description: 'One of the two, another owner or the host may.',
    answers: { 204: { description: 'Its links are dead.' } },
    refusals: ['conflict'],
    async handle(caller, { params }) {
      await caller.write((trx) => cancelOwnershipTransfer(trx, params.transfer))
      return { status: 204 }
    },
  }),
]

function viewTransfer(found: OwnershipTransfer): z.output<typeof transfer> {
  const { id, state, formerOwnerRole, createdAt, expiresAt } = found
  return {
    id,
    state,
    from: viewPerson(found.from),
    to: viewPerson(found.to),
    formerOwnerRole,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }
}

function viewPerson(one: OwnershipTransfer['from']): z.output<typeof person> {
  const { id, displayName, hasConfirmed, delivery } = one
  return { id, displayName, hasConfirmed, delivery }
}
