import type { Database } from '@plantel/db'
import { listMappingRules, previewMappingRules, saveMappingRules } from '@plantel/team'
import type { RequestHandler } from 'express'
import { z } from 'zod'

import { parseRequest } from '../parse-request.ts'
import { ProblemError } from '../problem.ts'
import { asHost, inOwnWorkspace } from './host-call.ts'

const name = z.string().trim().min(1).max(200)

/** A rule as it is written; a rule as it was read is accepted too. */
const mappingRule = z
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
  rules: z.array(mappingRule).max(1_000),
})

/** `GET …/mapping-rules`. */
export function listMappingRulesRoute(db: Database): RequestHandler {
  return asHost(db, async (caller, request, response) => {
    const rules = await inOwnWorkspace(db, caller, request, (trx) => listMappingRules(trx))
    response.json({ rules })
  })
}

/** `POST …/mapping-rules/preview`: who would gain and who would lose by these rules; changes nothing. */
export function previewMappingRulesRoute(db: Database): RequestHandler {
  return asHost(db, async (caller, request, response) => {
    const { connectionId, rules } = parseRequest(ruleSet, request.body)
    const difference = await inOwnWorkspace(db, caller, request, (trx) =>
      previewMappingRules(trx, connectionId, rules),
    )
    response.json(difference)
  })
}

/**
 * `PUT …/mapping-rules`: replaces the whole rule set of a connection. With the `previewHash` of a preview, a difference
 * that is no longer the one shown is a conflict that carries the new one.
 */
export function saveMappingRulesRoute(db: Database): RequestHandler {
  const body = ruleSet.extend({ previewHash: z.string().min(1).max(100).optional() })
  return asHost(db, async (caller, request, response) => {
    const { connectionId, rules, previewHash } = parseRequest(body, request.body)
    const answer = await inOwnWorkspace(db, caller, request, async (trx) => {
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
    response.json(answer)
  })
}
