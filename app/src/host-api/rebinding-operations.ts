import { readScimConnection } from '@plantel/scim-server'
import { confirmRebinding, listOfferedRebindings, type OfferedRebinding } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'
import { listUndecided } from './list-undecided.ts'

const offeredRebinding: z.ZodType<OfferedRebinding> = z
  .strictObject({
    ruleId: z.uuid(),
    former: z.strictObject({ id: z.uuid(), displayName: z.string(), deletedAt: z.date() }),
    group: z.strictObject({
      id: z.uuid(),
      displayName: z.string(),
      members: z.int().meta({ description: 'How many people are in it themselves.' }),
    }),
  })
  .meta({ id: 'OfferedRebinding' })

const path = '/scim-connections/{connection}/rebindings'

/** Rules of groups that a directory deleted and made again under the same name. */
export const rebindingOperations: readonly Operation<HostWorkspaceCaller>[] = [
  hostWorkspaceOperation({
    method: 'get',
    path,
    id: 'listOfferedRebindings',
    tag: 'Directory',
    summary: 'List rules that could have their group again',
    description:
      'The directory deleted the group of a rule, which gives nothing since, and has a group of the same name that has no rule. One that comes again with its externalId has its rule at once and is not in the list. The first two hundred.',
    answers: {
      200: {
        description: 'Which rule could be about which group.',
        body: z.strictObject({ rebindings: z.array(offeredRebinding) }),
      },
    },
    async handle(caller, { params }) {
      const rebindings = await listUndecided(caller, params.connection, listOfferedRebindings)
      return { status: 200, body: { rebindings } }
    },
  }),
  hostWorkspaceOperation({
    method: 'post',
    path,
    id: 'confirmRebinding',
    tag: 'Directory',
    summary: 'Give a rule the group of the same name',
    description:
      'The rule stays as it is and is about this group from now on; whoever is in it gets what it gives. Confirm it only where the group is meant: a name says nothing about who is in it.',
    body: z.strictObject({ ruleId: z.uuid(), groupId: z.uuid() }),
    answers: {
      200: {
        description: 'The rule has the group.',
        body: z.strictObject({
          jobId: z.uuid().nullable().meta({
            description: 'Where it concerns so many people that they get it one after the other.',
          }),
        }),
      },
    },
    refusals: ['conflict', 'forbidden'],
    async handle(caller, { params, body }) {
      const job = await caller.write(async (trx) => {
        const { id } = await readScimConnection(trx, params.connection)
        return confirmRebinding(trx, id, body)
      })
      return { status: 200, body: { jobId: job?.jobId ?? null } }
    },
  }),
]
