import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { recordChanges } from '../history/record-change.ts'
import { lockRules } from './hold-rules.ts'
import { listMappingRules } from './mapping-rule-queries.ts'
import { bumpRulesVersion } from './rule-change.ts'

type ValueKind = 'role' | 'department' | 'channel'

/**
 * Lets every mapping rule that gives this role, department or channel give another one instead, or nothing, before it
 * is deleted. Whom the rules concern is for the caller to project.
 */
export async function replaceRuleValue(
  trx: WorkspaceTransaction,
  kind: ValueKind,
  fromId: string,
  toId: string | null,
): Promise<void> {
  await lockRules(trx)
  const column = sql.ref(`${kind}_id`)
  const before = await listMappingRules(trx)
  if (toId !== null) {
    await sql`
      insert into mapping_rule_grants (workspace_id, rule_id, kind, ${column})
      select g.workspace_id, g.rule_id, g.kind, ${toId}::uuid from mapping_rule_grants g
      where g.workspace_id = ${trx.workspaceId} and g.${column} = ${fromId}
      on conflict on constraint mapping_rule_grants_once do nothing`.execute(trx.query)
  }
  const { numAffectedRows } = await sql`
    delete from mapping_rule_grants where workspace_id = ${trx.workspaceId} and ${column} = ${fromId}`.execute(
    trx.query,
  )
  await bumpRulesVersion(trx)
  if ((numAffectedRows ?? 0n) === 0n) return
  const after = await listMappingRules(trx)
  await recordChanges(trx, [
    {
      action: 'rules.changed',
      subject: { kind: 'mapping_rules', id: trx.workspaceId },
      before: { rules: before },
      after: { rules: after },
      event: { type: 'rules.changed', memberId: null, payload: { rules: after } },
    },
  ])
}
