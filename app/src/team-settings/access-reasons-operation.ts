import { readAccessReasons } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import { mappingRule } from './mapping-rule-operations.ts'

const named = z.object({ id: z.uuid(), name: z.string() })

const matchedBy = z.union([
  z.object({ kind: z.literal('group'), id: z.uuid(), name: z.string() }),
  z.object({ kind: z.literal('attribute'), attribute: z.string(), value: z.string() }),
])

const origin = z.union([
  z.object({
    kind: z.literal('mapping_rule'),
    rule: mappingRule,
    matchedBy: z.array(matchedBy).meta({
      description: 'Every group or value of the person that fits the rule.',
    }),
  }),
  z.object({ kind: z.literal('connection_default'), connection: named }),
  z.object({ kind: z.literal('department'), department: named }),
  z.object({
    kind: z.enum(['local', 'invitation']),
    by: z.object({ kind: z.string(), id: z.uuid().nullable(), name: z.string().nullable() }),
  }),
])

const reason = z
  .object({
    kind: z.enum(['role', 'department', 'channel', 'supervisor']),
    value: z
      .union([named.extend({ key: z.string(), builtIn: z.boolean() }), named])
      .nullable()
      .meta({ description: 'Null for the supervisor right.' }),
    origin,
    effective: z.boolean(),
    inactiveBecause: z.enum(['outweighed', 'locked', 'no_seat']).nullable().meta({
      description:
        'Another role won, policy leaves roles to the directory, or no seat is free. Null exactly when it is effective.',
    }),
    since: z.iso.datetime(),
    requestId: z.string().meta({ description: 'The request that brought it.' }),
  })
  .meta({ id: 'AccessReason' })

/** Why a member has what they have: every candidate, effective or not. */
export const accessReasonsOperation: Operation<WorkspaceCaller> = workspaceOperation({
  method: 'get',
  path: '/members/{member}/access-reasons',
  id: 'readAccessReasons',
  tag: 'Members',
  summary: 'Read why a member has what they have',
  answers: {
    200: {
      description: 'Every grant there is, with its rule or who granted it.',
      body: z.object({
        grants: z.array(reason),
        unknownNames: z
          .array(
            z.object({
              kind: z.enum(['role', 'department', 'channel']),
              name: z.string(),
              ruleId: z.uuid(),
            }),
          )
          .meta({ description: 'Names in the directory that are nothing in the workspace.' }),
        isUpToDate: z.boolean().meta({
          description: 'False while new rules have not reached this member yet.',
        }),
      }),
    },
  },
  refusals: ['forbidden'],
  async handle(caller, { params }) {
    const { grants, ...rest } = await caller.read((trx) => readAccessReasons(trx, params.member))
    return {
      status: 200,
      body: {
        ...rest,
        grants: grants.map((grant) => ({ ...grant, since: grant.since.toISOString() })),
      },
    }
  },
})
