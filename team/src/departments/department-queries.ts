import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

/** A department as those who manage it see it. */
export interface DepartmentView {
  id: string
  name: string
  isDefault: boolean
  /** Null as well when the lead has left. */
  lead: { id: string; displayName: string } | null
  /** How many people are in it. */
  memberCount: number
  version: string
}

/** By name; with an id only this one. */
export async function listDepartments(
  trx: WorkspaceTransaction,
  id: string | null = null,
): Promise<DepartmentView[]> {
  const { rows } = await sql<DepartmentView>`
    select d.id, d.name, d.is_default as "isDefault", d.version::text,
      case when lead.id is null then null
        else jsonb_build_object('id', lead.id, 'displayName', lead.display_name) end as lead,
      (select count(distinct g.member_id)::int from grants g
        where g.workspace_id = d.workspace_id and g.department_id = d.id and g.effective) as "memberCount"
    from departments d
    left join members lead on lead.workspace_id = d.workspace_id and lead.id = d.lead_member_id
      and lead.state <> 'removed'
    where d.workspace_id = ${trx.workspaceId} and (${id}::uuid is null or d.id = ${id}::uuid)
    order by d.name_key`.execute(trx.query)
  return rows
}
