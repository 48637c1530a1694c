import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

/** A rule as people read it. */
export interface MappingRuleView {
  id: string
  connectionId: string
  group: { id: string; displayName: string }
  /** The directory deleted the group: the rule gives nothing until the group comes back with its externalId. */
  orphaned: boolean
  role: string | null
  departments: string[]
  channels: string[]
  supervisor: boolean
}

/** Every rule of the workspace in the order of their making, as it can be saved again. */
export async function listMappingRules(trx: WorkspaceTransaction): Promise<MappingRuleView[]> {
  const { rows } = await sql<{
    id: string
    connection_id: string
    group_id: string
    group_name: string
    orphaned: boolean
    role: string | null
    departments: string[]
    channels: string[]
    supervisor: boolean
  }>`
    select r.id, r.connection_id, g.id as group_id, g.display_name as group_name,
      g.deleted_at is not null as orphaned,
      max(role.key) as role,
      coalesce(array_agg(d.name order by d.name_key) filter (where d.id is not null), '{}') as departments,
      coalesce(array_agg(c.key order by c.key) filter (where c.id is not null), '{}') as channels,
      coalesce(bool_or(given.kind = 'supervisor'), false) as supervisor
    from mapping_rules r
    join directory_groups g on g.workspace_id = r.workspace_id and g.id = r.group_id
    left join mapping_rule_grants given on given.workspace_id = r.workspace_id and given.rule_id = r.id
    left join roles role on role.workspace_id = r.workspace_id and role.id = given.role_id
    left join departments d on d.workspace_id = r.workspace_id and d.id = given.department_id
    left join channels c on c.workspace_id = r.workspace_id and c.id = given.channel_id
    where r.workspace_id = ${trx.workspaceId}
    group by r.id, r.connection_id, g.id, g.display_name, g.deleted_at
    order by r.id`.execute(trx.query)
  return rows.map((row) => ({
    id: row.id,
    connectionId: row.connection_id,
    group: { id: row.group_id, displayName: row.group_name },
    orphaned: row.orphaned,
    role: row.role,
    departments: row.departments,
    channels: row.channels,
    supervisor: row.supervisor,
  }))
}
