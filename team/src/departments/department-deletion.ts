import type { WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { lockRules } from '../mapping/hold-rules.ts'
import { type Grant, type MemberFacts, project } from '../mapping/project.ts'
import type { Saved } from '../mapping/rule-change.ts'
import type { RuleDifference } from '../mapping/rule-difference.ts'
import type { RuleSet } from '../mapping/rule-set-store.ts'
import {
  previewDeletion,
  takeFromEverybody,
  type ValueDeletion,
} from '../mapping/value-deletion.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import { lockDepartment, recordDepartment, requireDepartment } from './department-store.ts'

/**
 * Deletes a department. With `moveTo` the two merge: its people, and what rules give, go there. Without, whoever would
 * be left in no department goes to the default one, where there is one. With the hash of a preview only if the difference
 * still is the one that was shown. Throws what `editDepartment` throws, and `department-unknown` for a place that is none.
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
  const { moveTo } = options
  await requirePermission(trx, 'departments:manage')
  await lockRules(trx)
  const department = await lockDepartment(trx, id, options.expectedVersion)
  const home = await findHome(trx, id, moveTo)
  // Nobody ends the place before people are in it.
  if (home !== undefined) await lockDepartment(trx, home.id)
  const taken = await takeFromEverybody(trx, deletionOf(id, home, moveTo), options.previewHash)
  if (taken.outcome !== 'saved') return taken
  await trx.query
    .deleteFrom('departments')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .execute()
  await recordDepartment(trx, 'department.deleted', department, null, {
    movedTo: moveTo === undefined || home === undefined ? null : home,
  })
  return taken
}

/** Who would gain and who would lose by the deletion. Only reads. Throws what `deleteDepartment` throws. */
export async function previewDepartmentDeletion(
  trx: WorkspaceTransaction,
  id: string,
  moveTo?: string,
): Promise<RuleDifference> {
  await requirePermission(trx, 'departments:manage')
  await requireDepartment(trx, id)
  return previewDeletion(trx, deletionOf(id, await findHome(trx, id, moveTo), moveTo))
}

function deletionOf(
  id: string,
  home: { id: string } | undefined,
  moveTo: string | undefined,
): ValueDeletion {
  const merges = moveTo !== undefined
  return {
    kind: 'department',
    id,
    toId: moveTo ?? null,
    decide: (facts, rules) => rehome(facts, rules, { from: id, to: home?.id ?? null, merges }),
  }
}

function rehome(
  facts: MemberFacts,
  rules: RuleSet,
  { from, to, merges }: { from: string; to: string | null; merges: boolean },
): readonly Grant[] {
  const isFrom = (grant: Grant): boolean => grant.kind === 'department' && grant.valueId === from
  const rest = facts.localGrants.filter((grant) => !isFrom(grant))
  if (to === null) return rest
  const held = project({ ...facts, localGrants: rest }, rules).grants.filter(
    (grant) => grant.kind === 'department' && grant.effective,
  )
  const isMissing = merges
    ? facts.localGrants.some(isFrom) && !held.some((grant) => grant.valueId === to)
    : held.length === 0
  if (!isMissing) return rest
  return [...rest, { kind: 'department', valueId: to, source: 'local', sourceId: null }]
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
    .where((eb) => (moveTo === undefined ? eb('is_default', '=', true) : eb('id', '=', moveTo)))
    .executeTakeFirst()
  if (home === undefined && moveTo !== undefined) throw new TeamError('department-unknown', moveTo)
  return home
}
