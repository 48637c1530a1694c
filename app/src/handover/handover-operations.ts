import {
  cancelHandover,
  listHandoverRules,
  listHandovers,
  readWorkload,
  removeMember,
  reportHandovers,
  requestHandover,
  saveHandoverRules,
  suspendMember,
} from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { pageSize } from '../operations/page-size.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import { chosenTarget, handoverState, shownHandover } from './handover-shapes.ts'

const shownRule = z
  .object({
    department: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    kind: z.enum(['lead', 'least-loaded', 'queue', 'member', 'unassigned']),
    member: z.object({ id: z.uuid(), displayName: z.string() }).nullable(),
  })
  .meta({ id: 'HandoverRule' })

const rulesAnswer = z.object({ rules: z.array(shownRule) })

const departmentId = z.uuid().nullable().default(null).meta({
  description: 'Null is whatever belongs to no department, or to one without a rule.',
})

const ruleRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['queue', 'unassigned', 'lead', 'least-loaded']),
    departmentId,
  }),
  z.strictObject({ kind: z.literal('member'), departmentId, memberId: z.uuid() }),
])

const report = z
  .object({
    requested: z.int(),
    completed: z.int(),
    failed: z.int(),
    cancelled: z.int(),
    moved: z.int().meta({ description: 'Conversations that were moved.' }),
    orphaned: z.int().meta({
      description: 'Conversations that are left with somebody who can not come in.',
    }),
    unknown: z.int().meta({ description: 'Leavers of whom the host has not said yet.' }),
  })
  .meta({ id: 'HandoverReport' })

/** Who gets a leaver's conversations, and what became of them; for both APIs. */
export const handoverOperations: readonly Operation<WorkspaceCaller>[] = [
  workspaceOperation({
    method: 'get',
    path: '/handover-rules',
    id: 'listHandoverRules',
    tag: 'Handover',
    summary: 'List handover rules',
    description:
      'A department without a rule hands over to its lead, and to its queue where the lead can not come in.',
    answers: { 200: { description: 'All of them.', body: rulesAnswer } },
    handle: async (caller) => ({
      status: 200,
      body: { rules: await caller.read(listHandoverRules) },
    }),
  }),
  workspaceOperation({
    method: 'put',
    path: '/handover-rules',
    id: 'saveHandoverRules',
    tag: 'Handover',
    summary: 'Replace the handover rules',
    body: z.strictObject({
      rules: z
        .array(ruleRequest)
        .max(500)
        .refine(
          (rules) => new Set(rules.map((rule) => rule.departmentId)).size === rules.length,
          'must have one rule for each department at most',
        ),
    }),
    answers: { 200: { description: 'As they are now.', body: rulesAnswer } },
    refusals: ['forbidden', 'invalid-request', 'not-found'],
    async handle(caller, { body }) {
      const rules = await caller.write(async (trx) => {
        await saveHandoverRules(
          trx,
          body.rules.map((rule) => ({
            departmentId: rule.departmentId,
            kind: rule.kind,
            memberId: rule.kind === 'member' ? rule.memberId : null,
          })),
        )
        return listHandoverRules(trx)
      })
      return { status: 200, body: { rules } }
    },
  }),
  workspaceOperation({
    method: 'get',
    path: '/handovers',
    id: 'listHandovers',
    tag: 'Handover',
    summary: 'List handovers',
    query: z.strictObject({
      state: handoverState.optional(),
      member: z.uuid().optional(),
      cursor: z.string().max(100).optional().meta({
        description: '`nextCursor` of the page before.',
      }),
      limit: pageSize(50, 200),
    }),
    answers: {
      200: {
        description: 'A page, the newest first.',
        body: z.object({
          handovers: z.array(shownHandover),
          nextCursor: z.string().nullable(),
        }),
      },
    },
    refusals: ['forbidden'],
    handle: async (caller, { query: { state, member, cursor, limit } }) => ({
      status: 200,
      body: await caller.read((trx) =>
        listHandovers(trx, { state, memberId: member, after: cursor, limit }),
      ),
    }),
  }),
  workspaceOperation({
    method: 'get',
    path: '/handover-report',
    id: 'reportHandovers',
    tag: 'Handover',
    summary: 'See whether conversations were orphaned',
    answers: { 200: { description: 'Counts.', body: report } },
    refusals: ['forbidden'],
    handle: async (caller) => ({ status: 200, body: await caller.read(reportHandovers) }),
  }),
  workspaceOperation({
    method: 'post',
    path: '/handovers',
    id: 'requestHandover',
    tag: 'Handover',
    summary: "Have somebody's conversations handed over",
    description:
      'Also of somebody who stays. While one is open for them, it is answered and nothing new is asked for.',
    body: z.strictObject({ member: z.uuid(), to: chosenTarget }),
    answers: { 201: { description: 'The host is asked.', body: shownHandover } },
    refusals: ['forbidden', 'not-found', 'conflict', 'invalid-request'],
    handle: async (caller, { body: { member, to } }) => ({
      status: 201,
      body: await caller.write((trx) => requestHandover(trx, member, to)),
    }),
  }),
  workspaceOperation({
    method: 'post',
    path: '/handovers/{handover}/cancel',
    id: 'cancelHandover',
    tag: 'Handover',
    summary: 'Cancel a handover',
    description: 'The host hears `handover.cancelled`; what it has moved stays moved.',
    answers: { 200: { description: 'It is over.', body: shownHandover } },
    refusals: ['forbidden', 'conflict'],
    handle: async (caller, { params }) => ({
      status: 200,
      body: await caller.write((trx) => cancelHandover(trx, params.handover)),
    }),
  }),
  workspaceOperation({
    method: 'post',
    path: '/members/{member}/revoke',
    id: 'revokeMember',
    tag: 'Members',
    summary: "End a member's access and hand their conversations over",
    description:
      'Both or neither. Without `to` the rules of the departments decide, as for everybody who leaves.',
    body: z.strictObject({
      end: z.enum(['remove', 'suspend']).default('remove'),
      to: chosenTarget,
    }),
    answers: { 200: { description: 'The host is asked.', body: shownHandover } },
    refusals: ['forbidden', 'not-found', 'conflict', 'invalid-request'],
    handle: async (caller, { params, body: { end, to } }) => ({
      status: 200,
      body: await caller.write(async (trx) => {
        // First: afterwards they are in no department any more.
        const handover = await requestHandover(trx, params.member, to)
        await (end === 'remove' ? removeMember : suspendMember)(trx, params.member)
        return handover
      }),
    }),
  }),
  workspaceOperation({
    method: 'get',
    path: '/members/{member}/workload',
    id: 'readWorkload',
    tag: 'Handover',
    summary: 'See how many open conversations a member has',
    answers: {
      200: {
        description: 'As the host said last; null is unknown.',
        body: z.object({
          memberId: z.uuid(),
          openConversations: z.int().nullable(),
          reportedAt: z.date().nullable(),
        }),
      },
    },
    handle: async (caller, { params }) => ({
      status: 200,
      body: await caller.read((trx) => readWorkload(trx, params.member)),
    }),
  }),
]
