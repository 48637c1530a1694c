import type { WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { computeDifference } from '../mapping/access-difference.ts'
import type { RuleDifference } from '../mapping/rule-difference.ts'
import { createRuleSet, loadRuleSet } from '../mapping/rule-set-store.ts'
import { findTouched } from '../mapping/rule-store.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import { type Department, requireDepartment } from './department-store.ts'

/** What of an edit may change what somebody has. */
interface AccessEdit {
  name?: string
  channelIds?: readonly string[]
}

/**
 * Who would gain and who would lose by the edit: channels that its people get or lose, and whoever their directory puts
 * where its new name is. Only reads. Throws `permission-missing`, `department-not-found` and `channel-unknown`.
 */
export async function previewDepartmentEdit(
  trx: WorkspaceTransaction,
  id: string,
  edit: AccessEdit,
): Promise<RuleDifference> {
  await requirePermission(trx, 'departments:manage')
  return differenceOfEdit(trx, await requireDepartment(trx, id), edit)
}

/** The same of a department that was read or locked. */
export async function differenceOfEdit(
  trx: WorkspaceTransaction,
  { id, name: formerName }: Pick<Department, 'id' | 'name'>,
  { name = formerName, channelIds }: AccessEdit,
): Promise<RuleDifference> {
  const rules = await loadRuleSet(trx)
  const channels = channelIds ?? rules.departments.get(id)?.channelIds ?? []
  const unknown = channelIds?.find((channelId) => !rules.channels.has(channelId))
  if (unknown !== undefined) throw new TeamError('channel-unknown', unknown)
  const departments = new Map(rules.departments)
  departments.set(id, { id, name, channelIds: [...new Set(channels)] })
  const isRenamed = name !== formerName
  const named = isRenamed ? rules.rules.filter((rule) => rule.named.includes('department')) : []
  return computeDifference(trx, {
    touched: { ...(await findTouched(trx, named)), holdersOf: { kind: 'department', id } },
    // With the new name, or everybody in it would be told of a change that is none of their access.
    before: { ...rules, departments },
    after: createRuleSet({ ...rules, departments }),
    about: JSON.stringify(['department', id, name, channels.toSorted()]),
  })
}
