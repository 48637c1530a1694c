import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

/** A department as those who manage it see it. */
export interface DepartmentView {
  id: string
  name: string
  isDefault: boolean
  /** Null as well when the lead has left. */
  lead: { id: string; displayName: string } | null
  /** What comes with it, by name. */
  channels: { id: string; key: string; name: string }[]
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
      coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'key', c.key, 'name', c.name) order by c.name, c.id)
        from department_channels dc join channels c on c.workspace_id = dc.workspace_id and c.id = dc.channel_id
        where dc.workspace_id = d.workspace_id and dc.department_id = d.id), '[]') as channels,
      (select count(distinct g.member_id)::int from grants g
        where g.workspace_id = d.workspace_id and g.department_id = d.id and g.effective) as "memberCount"
    from departments d
    left join members lead on lead.workspace_id = d.workspace_id and lead.id = d.lead_member_id
      and lead.is_listed
    where d.workspace_id = ${trx.workspaceId} and d.retired_at is null and (${id}::uuid is null or d.id = ${id}::uuid)
    order by d.name_key`.execute(trx.query)
  return rows
}
