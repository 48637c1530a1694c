import type { WorkspaceTransaction } from '@plantel/db'
import {
  directoryAttributes,
  listMappingRules,
  type MappingRuleDraft,
  type MappingRuleView,
  namedKinds,
  previewMappingRules,
  readRulesVersion,
  saveMappingRules,
} from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import {
  aboutPreviewHash,
  accessDifference,
  differenceChanged,
  previewHash,
} from './access-difference.ts'
import { changeJob } from './change-job.ts'

const name = z.string().trim().min(1).max(200)
const pattern = z.string().min(1).max(200).meta({
  description:
    'RE2, without case. Captures named `role`, `department` or `channel` name what is given.',
  example: '^inbox-(?<department>.+)-(?<role>.+)$',
})
const attribute = z.enum(directoryAttributes as [string, ...string[]]) as z.ZodType<
  (typeof directoryAttributes)[number]
>
const byAttribute = { kind: z.literal('attribute'), attribute }

const conditionOfAttribute = z.discriminatedUnion('operator', [
  z.strictObject({ ...byAttribute, operator: z.literal('equals'), value: name }),
  z.strictObject({
    ...byAttribute,
    operator: z.literal('one-of'),
    values: z.array(name).min(1).max(100),
  }),
  z.strictObject({ ...byAttribute, operator: z.literal('pattern'), pattern }),
  z
    .strictObject({ ...byAttribute, operator: z.literal('any') })
    .meta({ description: 'Whoever has a value; `named` says what the value names.' }),
])
const conditionOfPattern = z.strictObject({ kind: z.literal('group-pattern'), pattern })

const whenDraft = z.union([
  z.strictObject({
    kind: z.literal('group'),
    group: z.union([
      z.strictObject({ id: z.uuid(), displayName: name.optional() }),
      z.strictObject({ displayName: name }),
    ]),
  }),
  conditionOfPattern,
  conditionOfAttribute,
])

const named = z.array(z.enum(namedKinds as ['role', 'department', 'channel'])).meta({
  description:
    'What the match itself names: the captures of a pattern, which is the default, or the value of an attribute.',
})
const priority = z
  .int()
  .min(-1_000_000)
  .max(1_000_000)
  .meta({ description: 'The higher number wins where the workspace decides roles by priority.' })

/** A rule as it is written; a rule as it was read is accepted too. */
export const mappingRuleDraft: z.ZodType<MappingRuleDraft> = z
  .strictObject({
    when: whenDraft,
    role: z.string().min(1).nullish(),
    departments: z.array(name).max(1_000).optional(),
    channels: z.array(z.string().min(1)).max(1_000).optional(),
    supervisor: z.boolean().optional(),
    named: named.optional(),
    priority: priority.optional(),
    id: z.uuid().optional(),
    connectionId: z.uuid().optional(),
    orphaned: z.boolean().optional(),
  })
  .transform(
    ({
      id: _id,
      connectionId: _connectionId,
      orphaned: _orphaned,
      role,
      ...draft
    }): MappingRuleDraft => ({
      ...draft,
      role: role ?? undefined,
    }),
  )

/** The rules of one connection, all of them. */
const ruleSetShape = z.strictObject({
  connectionId: z.uuid(),
  rules: z.array(mappingRuleDraft).max(1_000),
  version: z.string().min(1).max(100).optional().meta({
    description:
      'The `version` of the list that these were made of: where somebody has saved others since, they are refused with `precondition-failed` and nothing is lost.',
  }),
})

/** A rule as it is read. */
export const mappingRule: z.ZodType<MappingRuleView> = z
  .object({
    id: z.uuid(),
    connectionId: z.uuid(),
    when: z.union([
      z.object({
        kind: z.literal('group'),
        group: z.object({ id: z.uuid(), displayName: z.string() }),
      }),
      conditionOfPattern,
      conditionOfAttribute,
    ]),
    orphaned: z.boolean().meta({
      description: 'The directory deleted the group: the rule gives nothing until it comes back.',
    }),
    role: z.string().nullable(),
    departments: z.array(z.string()),
    channels: z.array(z.string()),
    supervisor: z.boolean(),
    named,
    priority,
  })
  .meta({ id: 'MappingRule' })

const ruleList = z.object({
  rules: z.array(mappingRule),
  version: z.string().meta({ description: 'Another one with other rules.' }),
})
const savedRules = ruleList.extend({ jobId: changeJob })

/** When a directory says this of somebody, then they get that. */
export const mappingRuleOperations: readonly Operation<WorkspaceCaller>[] = [
  workspaceOperation({
    method: 'get',
    path: '/mapping-rules',
    id: 'listMappingRules',
    tag: 'Mapping rules',
    summary: 'List mapping rules',
    answers: { 200: { description: 'All of them, as they can be saved again.', body: ruleList } },
    handle: async (caller) => ({
      status: 200,
      body: await caller.read(readRules),
    }),
  }),
  workspaceOperation({
    method: 'put',
    path: '/mapping-rules',
    id: 'saveMappingRules',
    tag: 'Mapping rules',
    summary: 'Replace the mapping rules of a connection',
    description: `${aboutPreviewHash} A directory that goes on moving people refuses it twice in a row at most: what is saved then is the same, and people get what it says for them by then.`,
    body: ruleSetShape.extend({ previewHash }),
    answers: { 200: { description: 'All rules of the workspace.', body: savedRules } },
    refusals: ['conflict', 'forbidden', 'not-found', 'precondition-failed'],
    async handle(caller, { body }) {
      const { connectionId, rules, ...options } = body
      const answer = await caller.write(async (trx) => {
        const saved = await saveMappingRules(trx, connectionId, rules, options)
        return saved.outcome === 'saved'
          ? { ...(await readRules(trx)), jobId: saved.jobId ?? null }
          : saved
      })
      if ('difference' in answer) throw differenceChanged(answer.difference)
      return { status: 200, body: answer }
    },
  }),
  workspaceOperation({
    method: 'post',
    path: '/mapping-rules/preview',
    id: 'previewMappingRules',
    tag: 'Mapping rules',
    summary: 'Preview mapping rules',
    description: 'Who would gain and who would lose by these rules; changes nothing.',
    scope: 'read',
    body: ruleSetShape,
    answers: { 200: { description: 'The difference.', body: accessDifference } },
    refusals: ['conflict', 'forbidden', 'not-found', 'precondition-failed'],
    handle: async (caller, { body: { connectionId, rules, ...options } }) => ({
      status: 200,
      body: await caller.read((trx) => previewMappingRules(trx, connectionId, rules, options)),
    }),
  }),
]

async function readRules(
  trx: WorkspaceTransaction,
): Promise<{ rules: MappingRuleView[]; version: string }> {
  return { rules: await listMappingRules(trx), version: await readRulesVersion(trx) }
}
