import type { WorkspaceTransaction } from '@plantel/db'

import { computeDifference } from '../mapping/access-difference.ts'
import { lockRules } from '../mapping/hold-rules.ts'
import { isRefused } from '../mapping/refused-change-store.ts'
import { fewMembers } from '../mapping/rule-change.ts'
import type { RuleDifference } from '../mapping/rule-difference.ts'
import { createRuleSet, loadRuleSet } from '../mapping/rule-set-store.ts'
import { findFew, nobody } from '../mapping/touched-members.ts'
import { type EditedWorkspace, editWorkspace, type WorkspaceEdit } from './edit-workspace.ts'

/** Settings that are as was asked for, or others that would do something else than what was shown. */
export type SavedSettings =
  | { outcome: 'saved'; workspace: EditedWorkspace }
  | { outcome: 'difference-changed'; difference: RuleDifference }

/**
 * Who would gain, who would lose and who would find no seat by other settings, computed by the function that applies them.
 * Only reads.
 */
export async function previewWorkspaceEdit(
  trx: WorkspaceTransaction,
  { seats, policies = {} }: WorkspaceEdit,
): Promise<RuleDifference> {
  const before = await loadRuleSet(trx)
  const { localRoles = before.policies.localRoles, roleStrategy = before.policies.roleStrategy } =
    policies
  const after = createRuleSet({
    ...before,
    seats: seats === undefined ? before.seats : seats,
    policies: { ...before.policies, localRoles, roleStrategy },
  })
  const isSame =
    after.seats === before.seats &&
    after.localRoles === before.localRoles &&
    after.roleStrategy === before.roleStrategy
  return computeDifference(trx, {
    touched: isSame ? nobody : everybody,
    before,
    after,
    about: 'settings',
  })
}

/**
 * Changes the settings as `editWorkspace` does; with the hash of a preview only if the difference still is the one that was
 * shown, or was refused twice because people had moved.
 */
export async function saveWorkspaceEdit(
  trx: WorkspaceTransaction,
  edit: WorkspaceEdit,
  options: { expectedVersion?: string | undefined; previewHash?: string | undefined },
): Promise<SavedSettings> {
  const { expectedVersion, previewHash } = options
  if (previewHash !== undefined) {
    // Few are compared while nobody can change them; many would hold up the directory for seconds.
    const isMany = (await findFew(trx, everybody, fewMembers)) === undefined
    if (!isMany) await lockRules(trx)
    const difference = await previewWorkspaceEdit(trx, edit)
    if (await isRefused(trx, difference.hash, previewHash)) {
      return { outcome: 'difference-changed', difference }
    }
  }
  return { outcome: 'saved', workspace: await editWorkspace(trx, edit, expectedVersion) }
}

const everybody = { ...nobody, all: true }
