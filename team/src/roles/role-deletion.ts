import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { lockRules } from '../mapping/hold-rules.ts'
import type { Saved } from '../mapping/rule-change.ts'
import type { RuleDifference } from '../mapping/rule-difference.ts'
import {
  previewDeletion,
  takeFromEverybody,
  type ValueDeletion,
} from '../mapping/value-deletion.ts'
import { refusalOfRole, type TeamActor } from '../members/member-guard.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import { ownerRoleKey } from './owner-role.ts'
import { recordRole } from './record-role.ts'
import { noContent, requireCeiling } from './role-ceiling.ts'
import { lockRole, requireRole, type RoleRow } from './role-store.ts'

/**
 * Deletes a role of the workspace's own; its holders, rules and connections get another one. With the hash of a preview
 * only if the difference still is the one that was shown. Throws what `editRole` throws, and `role-unknown` for a
 * replacement that is none.
 */
export async function deleteRole(
  trx: WorkspaceTransaction,
  idOrKey: string,
  replacement: string,
  expectedVersion?: string,
  previewHash?: string,
): Promise<Saved> {
  const actor = await requirePermission(trx, 'roles:manage')
  await lockRules(trx)
  const role = await lockRole(trx, idOrKey, expectedVersion)
  const next = await orUnknown(lockRole(trx, replacement), replacement)
  refuseDeletion(actor, role, next, replacement)
  const taken = await takeFromEverybody(trx, deletionOf(role, next), previewHash)
  if (taken.outcome !== 'saved') return taken
  await trx.query
    .updateTable('roles')
    .set({
      grantable_role_keys: sql<string[]>`array_remove(grantable_role_keys, ${role.key})`,
      version: sql<string>`version + 1`,
    })
    .where('workspace_id', '=', trx.workspaceId)
    .where(sql<boolean>`${role.key} = any(grantable_role_keys)`)
    .execute()
  await trx.query
    .deleteFrom('roles')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', role.id)
    .execute()
  await recordRole(trx, 'role.deleted', role, null, {
    replacedBy: { id: next.id, key: next.key, name: next.name },
  })
  return taken
}

/** Who would gain and who would lose by the deletion. Only reads. Throws what `deleteRole` throws. */
export async function previewRoleDeletion(
  trx: WorkspaceTransaction,
  idOrKey: string,
  replacement: string,
): Promise<RuleDifference> {
  const actor = await requirePermission(trx, 'roles:manage')
  const role = await requireRole(trx, idOrKey)
  const next = await orUnknown(requireRole(trx, replacement), replacement)
  refuseDeletion(actor, role, next, replacement)
  return previewDeletion(trx, deletionOf(role, next))
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

/** Who had the role by a person's decision and nothing else of people's keeps the other one. */
function deletionOf(role: RoleRow, next: RoleRow): ValueDeletion {
  return {
    kind: 'role',
    id: role.id,
    toId: next.id,
    decide({ localGrants }) {
      const rest = localGrants.filter(({ kind, valueId }) => kind !== 'role' || valueId !== role.id)
      const isKept = rest.length === localGrants.length || rest.some(({ kind }) => kind === 'role')
      return isKept
        ? rest
        : [...rest, { kind: 'role', valueId: next.id, source: 'local', sourceId: null }]
    },
  }
}
