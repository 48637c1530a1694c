import { createSelection, readMemberFacets } from '@plantel/team'
import type { MemberCounts, Selection } from '@plantel/widget/contract'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import { memberFilterOf, memberFilterRequest } from './member-list-request.ts'

const selectionRequest = z.union(
  [
    z.strictObject({
      filter: memberFilterRequest,
      except: z
        .array(z.uuid())
        .max(10_000)
        .default([])
        .meta({ description: 'Members who are left out, by id.' }),
    }),
    z.strictObject({ ids: z.array(z.uuid()).min(1).max(10_000) }),
  ],
  'must have either a filter, which may leave some out by except, or ids',
)

const selection: z.ZodType<Selection> = z
  .object({
    id: z.uuid(),
    count: z.int(),
    keptUntil: z.iso.datetime().meta({ description: 'Kept longer once it is used.' }),
  })
  .meta({ id: 'Selection' })

const counts = z.record(z.string(), z.int())

const memberCounts: z.ZodType<MemberCounts> = z
  .object({
    total: z.int(),
    states: z.object({ invited: z.int(), active: z.int(), suspended: z.int() }),
    noAccess: z.int().meta({ description: 'Without a role.' }),
    roles: counts.meta({ description: 'By id; what nobody has is left out.' }),
    departments: counts,
    channels: counts,
  })
  .meta({ id: 'MemberCounts' })

/** Choosing members of a list, and how many there are of each kind. */
export const selectionOperations: readonly Operation<WorkspaceCaller>[] = [
  workspaceOperation({
    method: 'get',
    path: '/member-counts',
    id: 'readMemberCounts',
    tag: 'Members',
    summary: 'Count members',
    description: 'By state, role, department and channel, for the whole workspace.',
    answers: { 200: { description: 'The counts.', body: memberCounts } },
    handle: async (caller) => ({ status: 200, body: await caller.read(readMemberFacets) }),
  }),
  workspaceOperation({
    method: 'post',
    path: '/selections',
    id: 'createSelection',
    tag: 'Members',
    summary: 'Select members',
    description:
      'Keeps whom a filter finds now, or these ids: whoever joins or changes later is not in it. For bulk actions.',
    body: selectionRequest,
    answers: { 201: { description: 'Who was found is kept for a day.', body: selection } },
    async handle(caller, { body }) {
      const { id, count, keptUntil } = await caller.write((trx) =>
        createSelection(
          trx,
          'ids' in body ? body : { filter: memberFilterOf(body.filter), except: body.except },
        ),
      )
      return { status: 201, body: { id, count, keptUntil: keptUntil.toISOString() } }
    },
  }),
]
