import {
  type Database,
  inWorkspace,
  type RevocationReason,
  type WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'

import { type EndedAccess, endedAccess } from '../sessions/ended-access.ts'
import { systemActor } from '../system-actor.ts'

/** Sends that nothing from before the members' `access_valid_from` counts, unless it is noted; the state says why. */
function sendRevocations(trx: WorkspaceTransaction, { memberIds }: EndedAccess): void {
  trx.send(sql`
    insert into revocations (workspace_id, member_id, ended_at, reason)
    select r.workspace_id, r.id, r.access_valid_from,
      case r.state when 'suspended' then 'suspended' when 'removed' then 'removed' else 'signed-out' end
    from members r
    where r.workspace_id = ${trx.workspaceId} and r.id = any(${memberIds}) and r.access_valid_from > 'epoch'
    on conflict do nothing`)
}

/** Sends that the sessions and tokens of ended accesses are deleted. */
export function sendSwept(trx: WorkspaceTransaction, ended: EndedAccess): void {
  sendRevocations(trx, ended)
  trx.send(sql`
    update revocations r set swept_at = clock_timestamp()
    where r.workspace_id = ${trx.workspaceId} and r.member_id = any(${ended.memberIds}) and r.swept_at is null
      and r.ended_at = (
        select m.access_valid_from from members m
        where m.workspace_id = r.workspace_id and m.id = r.member_id)`)
}

/** Notes that a client has acknowledged it. */
export async function noteAcknowledged(
  db: Database,
  workspaceId: string,
  memberId: string,
  clientId: string,
): Promise<void> {
  await inWorkspace(db, workspaceId, systemActor(), async (trx) => {
    sendRevocations(trx, endedAccess(trx, [memberId]))
    await sql`
      insert into revocation_acks (workspace_id, member_id, ended_at, client_id)
      select workspace_id, id, access_valid_from, ${clientId} from members
      where workspace_id = ${workspaceId} and id = ${memberId} and access_valid_from > 'epoch'
      on conflict do nothing`.execute(trx.query)
  })
}

/** What has become of an ended access. */
export interface RevocationReceipt {
  endedAt: Date
  reason: RevocationReason
  /** Whose identity provider asked for it. */
  connectionId: string | null
  /** Until sessions and tokens were deleted; they were refused from `endedAt` on. Null is not yet. */
  sweptAfterMs: number | null
  /** The host's clients that are told by back-channel logout; null has not acknowledged it yet. */
  clients: { clientId: string; name: string; acknowledgedAfterMs: number | null }[]
}

/** Of a member's ended accesses the newest ones. */
export async function readRevocations(
  { query, workspaceId }: WorkspaceTransaction,
  memberId: string,
  limit: number,
): Promise<RevocationReceipt[]> {
  const { rows } = await sql<{
    ended_at: Date
    reason: RevocationReason
    connection_id: string | null
    swept_ms: number | null
    clients: RevocationReceipt['clients']
  }>`
    select r.ended_at, r.reason, r.connection_id,
      (extract(epoch from r.swept_at - r.ended_at) * 1000)::float8 as swept_ms,
      coalesce((
        select jsonb_agg(jsonb_build_object('clientId', c.id, 'name', c.name, 'acknowledgedAfterMs',
          (extract(epoch from a.acknowledged_at - r.ended_at) * 1000)::float8) order by c.id)
        from workspaces w
        join host_clients c on c.host_id = w.host_id and c.backchannel_logout_uri is not null
        left join revocation_acks a on a.workspace_id = r.workspace_id and a.member_id = r.member_id
          and a.ended_at = r.ended_at and a.client_id = c.id
        where w.id = r.workspace_id), '[]') as clients
    from revocations r
    where r.workspace_id = ${workspaceId} and r.member_id = ${memberId}
    order by r.ended_at desc limit ${limit}`.execute(query)
  return rows.map((row) => ({
    endedAt: row.ended_at,
    reason: row.reason,
    connectionId: row.connection_id,
    sweptAfterMs: row.swept_ms,
    clients: row.clients,
  }))
}
