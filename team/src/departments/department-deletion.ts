import type { WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { lockRulesToRetire, previewRetirement, retireValue } from '../mapping/retire-value.ts'
import type { Saved } from '../mapping/rule-change.ts'
import type { RuleDifference } from '../mapping/rule-difference.ts'
import type { RetiredValue } from '../mapping/rule-set-store.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import {
  type Department,
  lockDepartment,
  recordDepartment,
  requireDepartment,
} from './department-store.ts'

/**
 * Deletes a department. With `moveTo` the two merge: its people, and what rules give, go there. Without, whoever would
 * be left in no department goes to the default one, where there is one. Nobody can be put into it from now on; where many
 * are in it a job takes them over. With the hash of a preview only if the difference still is the one that was shown.
 * Throws what `editDepartment` throws, and `department-unknown` for a place that is none.
 */
export async function deleteDepartment(
  trx: WorkspaceTransaction,
  id: string,
  options: {
    moveTo?: string | undefined
    expectedVersion?: string | undefined
    previewHash?: string | undefined
  } = {},
): Promise<Saved> {
  const { moveTo, expectedVersion, previewHash } = options
  await requirePermission(trx, 'departments:manage')
  const seen = await propose(trx, await requireDepartment(trx, id), moveTo)
  const difference = await lockRulesToRetire(trx, seen.retired, previewHash)
  if (difference !== undefined) return { outcome: 'difference-changed', difference }
  const department = await lockDepartment(trx, id, expectedVersion)
  const { retired, home } = await propose(trx, department, moveTo)
  // Nobody ends the place before people are in it.
  if (home !== undefined) await lockDepartment(trx, home.id)
  const saved = await retireValue(trx, retired)
  await recordDepartment(trx, 'department.deleted', department, null, {
    movedTo: home ?? null,
  })
  return saved
}

/** Who would gain and who would lose by the deletion. Only reads. Throws what `deleteDepartment` throws. */
export async function previewDepartmentDeletion(
  trx: WorkspaceTransaction,
  id: string,
  moveTo?: string,
): Promise<RuleDifference> {
  await requirePermission(trx, 'departments:manage')
  const { retired } = await propose(trx, await requireDepartment(trx, id), moveTo)
  return previewRetirement(trx, retired)
}

async function propose(
  trx: WorkspaceTransaction,
  { id, name }: Department,
  moveTo: string | undefined,
): Promise<{ retired: RetiredValue; home: { id: string; name: string } | undefined }> {
  const home = await findHome(trx, id, moveTo)
  const retired: RetiredValue = {
    kind: 'department',
    id,
    key: null,
    name,
    successorId: home?.id ?? null,
    isMerged: moveTo !== undefined,
  }
  return { retired, home }
}

async function findHome(
  trx: WorkspaceTransaction,
  id: string,
  moveTo: string | undefined,
): Promise<{ id: string; name: string } | undefined> {
  if (moveTo === id) throw new TeamError('department-unknown', moveTo)
  const home = await trx.query
    .selectFrom('departments')
    .select(['id', 'name'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '<>', id)
    .where('retired_at', 'is', null)
    .where((eb) => (moveTo === undefined ? eb('is_default', '=', true) : eb('id', '=', moveTo)))
    .executeTakeFirst()
  if (home === undefined && moveTo !== undefined) throw new TeamError('department-unknown', moveTo)
  return home
}
