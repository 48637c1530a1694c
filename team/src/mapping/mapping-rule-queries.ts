import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import type { RuleCondition } from './mapping-rule.ts'
import type { NamedKind } from './rule-pattern.ts'
import { namedKinds } from './rule-pattern.ts'
import { type ConditionColumns, conditionOf } from './rule-set-store.ts'

/** A condition as people read it: a group with its name. */
export type ConditionView =
  | { kind: 'group'; group: { id: string; displayName: string } }
  | Exclude<RuleCondition, { kind: 'group' }>

/** A rule as people read it. */
export interface MappingRuleView {
  id: string
  connectionId: string
  when: ConditionView
  /** The directory deleted the group: the rule gives nothing until the group comes back with its externalId. */
  orphaned: boolean
  role: string | null
  departments: string[]
  channels: string[]
  supervisor: boolean
  named: NamedKind[]
  priority: number
}

interface RuleRow extends ConditionColumns {
  id: string
  connection_id: string
  priority: number
  group_name: string | null
  orphaned: boolean
  role: string | null
  departments: string[]
  channels: string[]
  supervisor: boolean
  named: string[]
}

/** Every rule of the workspace in the order of their making, as it can be saved again; with ids only those. */
export async function listMappingRules(
  trx: WorkspaceTransaction,
  ids: readonly string[] | null = null,
): Promise<MappingRuleView[]> {
  const { rows } = await sql<RuleRow>`
    select r.id, r.connection_id, r.kind, r.group_id, r.attribute, r.operator, r.operands, r.pattern, r.priority,
      g.display_name as group_name, g.deleted_at is not null as orphaned,
      max(role.key) as role,
      coalesce(array_agg(d.name order by d.name_key) filter (where d.id is not null), '{}') as departments,
      coalesce(array_agg(c.key order by c.key) filter (where c.id is not null), '{}') as channels,
      coalesce(bool_or(given.kind = 'supervisor'), false) as supervisor,
      coalesce(array_agg(given.kind) filter (where given.named), '{}') as named
    from mapping_rules r
    left join directory_groups g on g.workspace_id = r.workspace_id and g.id = r.group_id
    left join mapping_rule_grants given on given.workspace_id = r.workspace_id and given.rule_id = r.id
    left join roles role on role.workspace_id = r.workspace_id and role.id = given.role_id
    left join departments d on d.workspace_id = r.workspace_id and d.id = given.department_id
    left join channels c on c.workspace_id = r.workspace_id and c.id = given.channel_id
    where r.workspace_id = ${trx.workspaceId} and (${ids}::uuid[] is null or r.id = any(${ids}::uuid[]))
    group by r.workspace_id, r.id, g.id, g.display_name, g.deleted_at
    order by r.id`.execute(trx.query)
  return rows.map((row) => ({
    id: row.id,
    connectionId: row.connection_id,
    when: viewOf(row),
    orphaned: row.orphaned,
    role: row.role,
    departments: row.departments,
    channels: row.channels,
    supervisor: row.supervisor,
    named: namedKinds.filter((kind) => row.named.includes(kind)),
    priority: row.priority,
  }))
}

function viewOf(row: RuleRow): ConditionView {
  const condition = conditionOf(row)
  return condition.kind === 'group'
    ? { kind: 'group', group: { id: condition.groupId, displayName: row.group_name ?? '' } }
    : condition
}
