import type { WorkspaceTransaction } from '@plantel/db'

import { holdRules, lockRules } from './hold-rules.ts'
import { bumpRulesVersion, reprojectTouched } from './rule-change.ts'
import type { NamedKind } from './rule-pattern.ts'
import { loadRuleSet } from './rule-set-store.ts'
import { findTouched } from './rule-store.ts'

/**
 * Something of this kind has a new name in this transaction: whoever gets what their directory names may get this now.
 * Before row locks that a projection waits for.
 */
export async function reprojectNamed(trx: WorkspaceTransaction, kind: NamedKind): Promise<void> {
  await holdRules(trx)
  const row = await trx.query
    .selectFrom('mapping_rule_grants')
    .select('rule_id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('kind', '=', kind)
    .where('named', '=', true)
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return
  await lockRules(trx)
  const { rules } = await loadRuleSet(trx)
  const touched = await findTouched(
    trx,
    rules.filter((rule) => rule.named.includes(kind)),
  )
  await bumpRulesVersion(trx)
  await reprojectTouched(trx, touched)
}
