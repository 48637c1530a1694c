import { listMappingRules, previewMappingRules, saveMappingRules } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { ProblemError } from '../problem.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'

const name = z.string().trim().min(1).max(200)

/** A rule as it is written; a rule as it was read is accepted too. */
const mappingRuleDraft = z
  .strictObject({
    group: z.union([
      z.strictObject({ id: z.uuid(), displayName: name.optional() }),
      z.strictObject({ displayName: name }),
    ]),
    role: z.string().min(1).nullish(),
    departments: z.array(name).optional(),
    channels: z.array(z.string().min(1)).optional(),
    supervisor: z.boolean().optional(),
    id: z.uuid().optional(),
    connectionId: z.uuid().optional(),
    orphaned: z.boolean().optional(),
  })
  .transform(({ group, role, departments, channels, supervisor }) => ({
    group,
    role: role ?? undefined,
    departments,
    channels,
    supervisor,
  }))

const ruleSet = z.strictObject({
  connectionId: z.uuid(),
  rules: z.array(mappingRuleDraft).max(1_000),
})

const mappingRule = z
  .object({
    id: z.uuid(),
    connectionId: z.uuid(),
    group: z.object({ id: z.uuid(), displayName: z.string() }),
    orphaned: z.boolean().meta({
      description: 'The directory deleted the group: the rule gives nothing until it comes back.',
    }),
    role: z.string().nullable(),
    departments: z.array(z.string()),
    channels: z.array(z.string()),
    supervisor: z.boolean(),
  })
  .meta({ id: 'MappingRule' })

const access = z
  .object({
    state: z.enum(['invited', 'active', 'suspended', 'removed']),
    role: z.string().nullable(),
    departments: z.array(z.string()),
    channels: z.array(z.string()),
    conversationAccess: z.enum(['own', 'departments', 'all']),
  })
  .meta({ id: 'MemberAccess' })

const difference = z
  .object({
    hash: z.string(),
    changed: z.int().meta({ description: 'How many members have other access afterwards.' }),
    gainAccess: z.int(),
    loseAccess: z.int(),
    members: z
      .array(z.object({ id: z.uuid(), displayName: z.string(), before: access, after: access }))
      .meta({ description: 'The first hundred.' }),
  })
  .meta({ id: 'RuleDifference', description: 'What rules would do, exactly.' })

const ruleList = z.object({ rules: z.array(mappingRule) })

/** Who is in this group gets this. */
export const mappingRuleOperations: readonly Operation<HostWorkspaceCaller>[] = [
  hostWorkspaceOperation({
    method: 'get',
    path: '/mapping-rules',
    id: 'listMappingRules',
    tag: 'Mapping rules',
    summary: 'List mapping rules',
    answers: { 200: { description: 'All of them, as they can be saved again.', body: ruleList } },
    handle: async (caller) => ({
      status: 200,
      body: { rules: await caller.read((trx) => listMappingRules(trx)) },
    }),
  }),
  hostWorkspaceOperation({
    method: 'put',
    path: '/mapping-rules',
    id: 'saveMappingRules',
    tag: 'Mapping rules',
    summary: 'Replace the mapping rules of a connection',
    description:
      'With the `previewHash` of a preview, rules that would now do something else than what was shown are refused with `conflict` and the new `difference`.',
    body: ruleSet.extend({ previewHash: z.string().min(1).max(100).optional() }),
    answers: { 200: { description: 'All rules of the workspace.', body: ruleList } },
    refusals: ['conflict', 'forbidden', 'not-found'],
    async handle(caller, { body: { connectionId, rules, previewHash } }) {
      const answer = await caller.write(async (trx) => {
        const saved = await saveMappingRules(trx, connectionId, rules, { previewHash })
        return saved.outcome === 'saved' ? { rules: await listMappingRules(trx) } : saved
      })
      if ('difference' in answer) {
        throw new ProblemError(
          'conflict',
          'The rules would do something else than what was shown. Look at the new difference and save again.',
          { reason: 'difference-changed', difference: answer.difference },
        )
      }
      return { status: 200, body: answer }
    },
  }),
  hostWorkspaceOperation({
    method: 'post',
    path: '/mapping-rules/preview',
    id: 'previewMappingRules',
    tag: 'Mapping rules',
    summary: 'Preview mapping rules',
    description: 'Who would gain and who would lose by these rules; changes nothing.',
    scope: 'read',
    body: ruleSet,
    answers: { 200: { description: 'The difference.', body: difference } },
    refusals: ['conflict', 'not-found'],
    handle: async (caller, { body }) => ({
      status: 200,
      body: await caller.write((trx) => previewMappingRules(trx, body.connectionId, body.rules)),
    }),
  }),
]
