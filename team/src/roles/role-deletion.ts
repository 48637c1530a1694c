import type { WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { lockRulesToRetire, previewRetirement, retireValue } from '../mapping/retire-value.ts'
import type { Saved } from '../mapping/rule-change.ts'
import type { RuleDifference } from '../mapping/rule-difference.ts'
import type { RetiredValue } from '../mapping/rule-set-store.ts'
import { refusalOfRole, type TeamActor } from '../members/member-guard.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import { ownerRoleKey } from './owner-role.ts'
import { recordRole } from './record-role.ts'
import { noContent, requireCeiling } from './role-ceiling.ts'
import { lockRole, requireRole, type RoleRow } from './role-store.ts'

/**
 * Deletes a role of the workspace's own; its holders, rules and connections get another one. Nobody can be given it from
 * now on; where many have it a job gives them the other one. With the hash of a preview only if the difference still is
 * the one that was shown. Throws what `editRole` throws, and `role-unknown` for a replacement that is none.
 */
export async function deleteRole(
  trx: WorkspaceTransaction,
  idOrKey: string,
  replacement: string,
  expectedVersion?: string,
  previewHash?: string,
): Promise<Saved> {
  const seen = await propose(trx, idOrKey, replacement)
  const difference = await lockRulesToRetire(trx, retired(seen), previewHash)
  if (difference !== undefined) return { outcome: 'difference-changed', difference }
  const role = await lockRole(trx, seen.role.id, expectedVersion)
  const next = await orUnknown(lockRole(trx, seen.next.id), replacement)
  refuseDeletion(seen.actor, role, next, replacement)
  const saved = await retireValue(trx, retired({ role, next }))
  await recordRole(trx, 'role.deleted', role, null, {
    replacedBy: { id: next.id, key: next.key, name: next.name },
  })
  return saved
}

/** Who would gain and who would lose by the deletion. Only reads. Throws what `deleteRole` throws. */
export async function previewRoleDeletion(
  trx: WorkspaceTransaction,
  idOrKey: string,
  replacement: string,
): Promise<RuleDifference> {
  return previewRetirement(trx, retired(await propose(trx, idOrKey, replacement)))
}

interface Proposal {
  actor: TeamActor
  role: RoleRow
  next: RoleRow
}

async function propose(
  trx: WorkspaceTransaction,
  idOrKey: string,
  replacement: string,
): Promise<Proposal> {
  const actor = await requirePermission(trx, 'roles:manage')
  const role = await requireRole(trx, idOrKey)
  const next = await orUnknown(requireRole(trx, replacement), replacement)
  refuseDeletion(actor, role, next, replacement)
  return { actor, role, next }
}

function retired({ role, next }: Pick<Proposal, 'role' | 'next'>): RetiredValue {
  const { id, key, name } = role
  return { kind: 'role', id, key, name, successorId: next.id, isMerged: true }
}

async function orUnknown(found: Promise<RoleRow>, replacement: string): Promise<RoleRow> {
  try {
    return await found
  } catch (error) {
    if (!(error instanceof TeamError)) throw error
    throw new TeamError('role-unknown', replacement, { cause: error })
  }
}

function refuseDeletion(actor: TeamActor, role: RoleRow, next: RoleRow, replacement: string): void {
  if (role.built_in) throw new TeamError('role-built-in', role.name)
  requireCeiling(actor, role.rank, noContent)
  if (next.id === role.id) throw new TeamError('role-unknown', replacement)
  // Nobody becomes an owner by the end of a role.
  if (next.key === ownerRoleKey) throw new TeamError('role-not-grantable', next.name)
  const refusal = refusalOfRole(actor, next.key)
  if (refusal !== undefined) throw new TeamError(refusal, next.name)
}
