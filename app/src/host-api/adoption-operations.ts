import { decideAdoption } from '@plantel/scim-server'
import { listPendingAdoptions, type PendingAdoption } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'
import { listUndecided } from './list-undecided.ts'

const pendingAdoption: z.ZodType<PendingAdoption> = z
  .strictObject({
    directoryUser: z.strictObject({
      id: z.uuid(),
      userName: z.string(),
      displayName: z.string().nullable(),
    }),
    member: z.strictObject({
      id: z.uuid(),
      displayName: z.string(),
      email: z.string().nullable(),
      state: z.enum(['active', 'suspended', 'invited']),
    }),
  })
  .meta({ id: 'PendingAdoption' })

const path = '/scim-connections/{connection}/adoptions'

/** People of a directory whose address a member has who was here before it. */
export const adoptionOperations: readonly Operation<HostWorkspaceCaller>[] = [
  hostWorkspaceOperation({
    method: 'get',
    path,
    id: 'listPendingAdoptions',
    tag: 'Directory',
    summary: 'List who waits for a decision',
    description:
      'A member has their address, and the domain is not verified or the policy `adoption` is `review`. Until it is decided the member keeps their access, and the directory gives none. The first two hundred.',
    answers: {
      200: {
        description: 'Who waits.',
        body: z.strictObject({ adoptions: z.array(pendingAdoption) }),
      },
    },
    async handle(caller, { params }) {
      const adoptions = await listUndecided(caller, params.connection, (trx, id, limit) =>
        listPendingAdoptions(trx, id, { after: undefined, limit }),
      )
      return { status: 200, body: { adoptions } }
    },
  }),
  hostWorkspaceOperation({
    method: 'post',
    path,
    id: 'decideAdoption',
    tag: 'Directory',
    summary: 'Decide who somebody of a directory is',
    description:
      '`same`: they are the member who has their address, whom the directory manages from now on. `other`: they are somebody else, a new member without a sign-in address.',
    body: z.strictObject({ directoryUser: z.uuid(), decision: z.enum(['same', 'other']) }),
    answers: { 204: { description: 'It is decided.' } },
    refusals: ['conflict'],
    async handle(caller, { params, body }) {
      await caller.write((trx) =>
        decideAdoption(trx, params.connection, body.directoryUser, body.decision),
      )
      return { status: 204 }
    },
  }),
]
