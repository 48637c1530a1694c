import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

/** A rule whose group the directory deleted, and a group that has come since with that name and has no rule. */
export interface OfferedRebinding {
  ruleId: string
  /** The deleted group that the rule names. */
  former: { id: string; displayName: string; deletedAt: Date }
  /** Who would get what the rule gives: as many people are in it themselves. */
  group: { id: string; displayName: string; members: number }
}

interface OfferedRow {
  ruleId: string
  formerId: string
  formerName: string
  deletedAt: Date
  groupId: string
  groupName: string
  members: number
}

/** The offers of a connection, by rule and group; never taken up without somebody who says so: names repeat. */
export async function listOfferedRebindings(
  trx: WorkspaceTransaction,
  connectionId: string,
  limit: number,
): Promise<OfferedRebinding[]> {
  const { rows } = await sql<OfferedRow>`
    select r.id as "ruleId", former.id as "formerId", former.display_name as "formerName",
      former.deleted_at as "deletedAt", g.id as "groupId", g.display_name as "groupName", g.member_count as members
    ${offers(trx, connectionId)}
    order by r.id, g.id limit ${limit}`.execute(trx.query)
  return rows.map((row) => ({
    ruleId: row.ruleId,
    former: { id: row.formerId, displayName: row.formerName, deletedAt: row.deletedAt },
    group: { id: row.groupId, displayName: row.groupName, members: row.members },
  }))
}

/** Whether this rule may have this group. */
export async function isRebindingOffered(
  trx: WorkspaceTransaction,
  connectionId: string,
  { ruleId, groupId }: { ruleId: string; groupId: string },
): Promise<boolean> {
  const { rows } = await sql`
    select ${offers(trx, connectionId)} and r.id = ${ruleId} and g.id = ${groupId}`.execute(
    trx.query,
  )
  return rows.length > 0
}

function offers({ workspaceId }: WorkspaceTransaction, connectionId: string): RawBuilder<unknown> {
  return sql`
    from mapping_rules r
    join directory_groups former on former.workspace_id = r.workspace_id and former.id = r.group_id
    join directory_groups g on g.workspace_id = r.workspace_id and g.connection_id = former.connection_id
      and g.display_key = former.display_key
    where r.workspace_id = ${workspaceId} and former.connection_id = ${connectionId}
      and former.deleted_at is not null and g.deleted_at is null
      and not exists (
        select from mapping_rules other where other.workspace_id = g.workspace_id and other.group_id = g.id)`
}
