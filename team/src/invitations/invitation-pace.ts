import { idFloor, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

/** Ids of the history begin with the moment they were made; with room for another clock than the database's. */
const dayAndMoreMs = 25 * 60 * 60 * 1_000

/** Invitations that one workspace may send within a day, the first time and again. */
const mostPerDay = 5_000

/** How many more may be sent now; a host answers for whom it invites. Ask once `takeTurn` was called: then nobody else counts at the same time. */
export async function countInvitationsLeft(trx: WorkspaceTransaction): Promise<number> {
  if (trx.actor.kind === 'host') return Infinity
  const { rows } = await sql<{ sent: number }>`
    select ((
      select count(*) from invitations
      where workspace_id = ${trx.workspaceId} and created_at > now() - interval '1 day'
    ) + (
      select count(*) from audit_entries
      where workspace_id = ${trx.workspaceId} and id >= ${idFloor(trx.now.getTime() - dayAndMoreMs)}
        and occurred_at > now() - interval '1 day' and action = 'invitation.resent'
    ))::integer as sent`.execute(trx.query)
  return Math.max(0, mostPerDay - (rows[0]?.sent ?? 0))
}

/** Whether the person was written to within the last minute: their mail may still be on its way. */
export async function wasJustSent(trx: WorkspaceTransaction, memberId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from invitations
    where workspace_id = ${trx.workspaceId} and member_id = ${memberId}::uuid
      and created_at > now() - interval '1 minute'
    union all
    select 1 from audit_entries
    where workspace_id = ${trx.workspaceId} and subject_kind = 'member'
      and subject_id = ${memberId} and action = 'invitation.resent'
      and occurred_at > now() - interval '1 minute'
    limit 1`.execute(trx.query)
  return rows.length > 0
}
