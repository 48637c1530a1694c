import type { WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { recordChanges } from '../history/record-change.ts'
import { currentRuleSet } from '../mapping/current-rule-set.ts'
import { lockRules } from '../mapping/hold-rules.ts'
import { listMappingRules } from '../mapping/mapping-rule-queries.ts'
import { bumpRulesVersion, reprojectTouched } from '../mapping/rule-change.ts'
import { assertMayGive, requireRuleEditor } from '../mapping/rule-editor-guard.ts'
import { lockConnection } from '../mapping/rule-store.ts'
import { nobody } from '../mapping/touched-members.ts'
import { isRebindingOffered } from './group-rebinding-queries.ts'

/**
 * An administrator says that a group is the one that was deleted: its rule is now about this one, and its people get what
 * it gives, up to a thousand in this transaction and more by the job that is answered. Throws `connection-not-found`,
 * `permission-missing`, `role-not-grantable`, and `rebinding-not-offered` where names, groups or rules are others by now.
 */
export async function confirmRebinding(
  trx: WorkspaceTransaction,
  connectionId: string,
  rebinding: { ruleId: string; groupId: string },
): Promise<{ jobId: string } | undefined> {
  await lockConnection(trx, connectionId)
  const editor = await requireRuleEditor(trx)
  // From here on no directory writes a group or whoever is in one.
  await lockRules(trx)
  const { ruleId, groupId } = rebinding
  const rules = await currentRuleSet(trx)
  const rule = rules.rules.find(({ id }) => id === ruleId)
  if (rule === undefined || !(await isRebindingOffered(trx, connectionId, rebinding))) {
    throw new TeamError('rebinding-not-offered')
  }
  assertMayGive(editor, [rule], rules)
  const before = await listMappingRules(trx)
  await trx.query
    .updateTable('mapping_rules')
    .set({ group_id: groupId })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', ruleId)
    .execute()
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
  return reprojectTouched(trx, { ...nobody, groupIds: [groupId] })
}
