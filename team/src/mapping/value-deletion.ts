import type { WorkspaceTransaction } from '@plantel/db'

import { findHolders } from '../members/find-holders.ts'
import { computeDifference, type ProposedChange } from './access-difference.ts'
import type { Grant, MemberFacts } from './project.ts'
import { replaceRuleValue, withoutValue } from './replace-rule-value.ts'
import { reprojectMembers } from './reproject-members.ts'
import type { Saved } from './rule-change.ts'
import type { RuleDifference } from './rule-difference.ts'
import { loadRuleSet, type RuleSet } from './rule-set-store.ts'
import { nobody } from './touched-members.ts'

/** The end of a role, department or channel. */
export interface ValueDeletion {
  kind: 'role' | 'department' | 'channel'
  id: string
  /** What rules, connections and grants give instead; null for nothing. */
  toId: string | null
  /** What people have granted afterwards; the rules are those without it. */
  decide: (facts: MemberFacts, rules: RuleSet) => readonly Grant[]
}

function propose(before: RuleSet, deletion: ValueDeletion): ProposedChange {
  const { kind, id, toId, decide } = deletion
  const after = withoutValue(before, kind, id, toId)
  return {
    touched: { ...nobody, holdersOf: { kind, id } },
    before,
    after,
    about: JSON.stringify(['deletion', kind, id, toId]),
    factsAfter(facts) {
      const { directory } = facts
      const isDefault = directory !== null && directory.defaultRoleId === id
      const changed = isDefault
        ? { ...facts, directory: { ...directory, defaultRoleId: toId } }
        : facts
      return { ...changed, localGrants: decide(changed, after) }
    },
  }
}

/** Who would gain and who would lose by the deletion. Only reads. */
export async function previewDeletion(
  trx: WorkspaceTransaction,
  deletion: ValueDeletion,
): Promise<RuleDifference> {
  return computeDifference(trx, propose(await loadRuleSet(trx), deletion))
}

/**
 * Takes a role, department or channel from everybody and everything that gives it, so that its row can be deleted. With
 * the hash of a preview only if the difference still is the one that was shown. The caller holds the rules for a change.
 */
export async function takeFromEverybody(
  trx: WorkspaceTransaction,
  deletion: ValueDeletion,
  previewHash: string | undefined,
): Promise<Saved> {
  const { kind, id, toId, decide } = deletion
  if (previewHash !== undefined) {
    const difference = await previewDeletion(trx, deletion)
    if (difference.hash !== previewHash) return { outcome: 'difference-changed', difference }
  }
  await replaceRuleValue(trx, kind, id, toId)
  if (kind === 'role') {
    await trx.query
      .updateTable('scim_connections')
      .set({ default_role_id: toId })
      .where('workspace_id', '=', trx.workspaceId)
      .where('default_role_id', '=', id)
      .execute()
  }
  const holders = await findHolders(trx, `${kind}_id`, id)
  await reprojectMembers(trx, holders, new Set(), decide, (rules) =>
    withoutValue(rules, kind, id, toId),
  )
  return { outcome: 'saved', jobId: undefined }
}
