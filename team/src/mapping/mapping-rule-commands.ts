import { createId, type WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { recordChanges } from '../history/record-change.ts'
import { computeDifference, type ProposedChange } from './access-difference.ts'
import { lockRules } from './hold-rules.ts'
import { draftsToRules, mappableRole, type MappingRuleDraft } from './mapping-rule-draft.ts'
import { listMappingRules } from './mapping-rule-queries.ts'
import { isRefused } from './refused-change-store.ts'
import { bumpRulesVersion, fewMembers, reprojectTouched, type Saved } from './rule-change.ts'
import { rulesVersion } from './rule-content.ts'
import type { RuleDifference } from './rule-difference.ts'
import { assertMayGive, requireRuleEditor } from './rule-editor-guard.ts'
import { createRuleSet, loadRuleSet } from './rule-set-store.ts'
import {
  compareRules,
  findTouched,
  findTurned,
  loadGroupFinder,
  lockConnection,
  requireOffered,
  type RuleChanges,
  writeRules,
} from './rule-store.ts'
import { findFew, union } from './touched-members.ts'

/**
 * Replaces the rules of a connection and gives the people concerned what the new ones say: up to a thousand in this
 * transaction, more by a job. With the hash of a preview it does so only if the difference still is the one that was
 * shown; of a change that was refused twice because people had moved, only if what was decided still is the same. Throws
 * `connection-not-found`, `permission-missing`, `role-not-grantable`, `version-mismatch` where others than those of
 * `version` would be replaced, and what `draftsToRules` throws.
 */
export async function saveMappingRules(
  trx: WorkspaceTransaction,
  connectionId: string,
  drafts: readonly MappingRuleDraft[],
  options: { previewHash?: string | undefined; version?: string | undefined } = {},
): Promise<Saved> {
  await lockConnection(trx, connectionId)
  const { change, changes } = await propose(trx, connectionId, drafts, options.version)
  // Few are compared while nobody can change them. Many would hold up the directory for seconds: what it changes
  // between the comparison and the lock is its own change and is told as such.
  const isMany = (await findFew(trx, change.touched, fewMembers)) === undefined
  if (!isMany) await lockRules(trx)
  if (options.previewHash !== undefined) {
    const difference = await computeDifference(trx, change)
    if (await isRefused(trx, difference.hash, options.previewHash)) {
      return { outcome: 'difference-changed', difference }
    }
  }
  // The same again changes nothing and tells nobody.
  if (changes.written.length + changes.removed.length === 0) {
    return { outcome: 'saved', jobId: undefined }
  }
  if (isMany) await lockRules(trx)
  await requireOffered(trx, changes.written)
  const before = await listMappingRules(trx)
  await writeRules(trx, changes)
  await bumpRulesVersion(trx)
  const after = await listMappingRules(trx)
  await recordChanges(trx, [
    {
      action: 'rules.changed',
      subject: { kind: 'mapping_rules', id: connectionId },
      before: { rules: before },
      after: { rules: after },
      event: { type: 'rules.changed', memberId: null, payload: { rules: after } },
    },
  ])
  const job = await reprojectTouched(trx, change.touched)
  return { outcome: 'saved', jobId: job?.jobId }
}

/**
 * Says exactly who would gain and who would lose by these rules, computed by the function that applies them. Only reads.
 * Throws what `saveMappingRules` throws.
 */
export async function previewMappingRules(
  trx: WorkspaceTransaction,
  connectionId: string,
  drafts: readonly MappingRuleDraft[],
  options: { version?: string | undefined } = {},
): Promise<RuleDifference> {
  const { change } = await propose(trx, connectionId, drafts, options.version)
  return computeDifference(trx, change)
}

/** Stands for the rules of the workspace as they are: for whoever is to replace these and no others. */
export async function readRulesVersion(trx: WorkspaceTransaction): Promise<string> {
  return rulesVersion((await loadRuleSet(trx)).rules)
}

async function propose(
  trx: WorkspaceTransaction,
  connectionId: string,
  drafts: readonly MappingRuleDraft[],
  version: string | undefined,
): Promise<{ change: ProposedChange; changes: RuleChanges }> {
  const actor = await requireRuleEditor(trx)
  const before = await loadRuleSet(trx)
  if (version !== undefined && version !== rulesVersion(before.rules)) {
    throw new TeamError('version-mismatch')
  }
  const findGroup = await loadGroupFinder(trx, connectionId, drafts, before.rules)
  const mine = before.rules.filter((rule) => rule.connectionId === connectionId)
  const others = before.rules.filter((rule) => rule.connectionId !== connectionId)
  const rules = draftsToRules(connectionId, drafts, before, findGroup, createId)
  const changes = compareRules(mine, rules)
  assertMayGive(actor, changes.written, before)
  const touched = {
    ...union(await findTouched(trx, changes.removed), await findTouched(trx, changes.written)),
    decidedValues: findTurned(mine, rules),
  }
  const after = createRuleSet({ ...before, rules: [...others, ...rules] })
  return { change: { touched, before, after, about: 'rules' }, changes }
}

/** The id of a role that a directory may give; throws `role-unknown` and `role-not-mappable`. */
export async function requireMappableRole(trx: WorkspaceTransaction, key: string): Promise<string> {
  const roles = await trx.query
    .selectFrom('roles')
    .select(['id', 'key'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('retired_at', 'is', null)
    // Nobody deletes it before it is given.
    .forKeyShare()
    .execute()
  return mappableRole(roles, key)
}
