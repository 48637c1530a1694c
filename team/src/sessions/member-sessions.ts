import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { recordChanges } from '../history/record-change.ts'

/** Somebody signed in with Plantel in one browser. */
export interface MemberSession {
  /** Names the session and opens nothing. */
  id: string
  signedInAt: Date
  /** Fresh to a minute. */
  lastSeenAt: Date
  /** When it ends if nothing happens in it. */
  endsAt: Date
  /** Through which company account; null for a password. */
  connection: { id: string; name: string } | null
}

/** The sessions of a member that count, the one that was used last first. */
export async function listMemberSessions(
  { query, workspaceId }: WorkspaceTransaction,
  memberId: string,
): Promise<MemberSession[]> {
  const { rows } = await sql<Omit<MemberSession, 'connection'> & ConnectionColumns>`
    select encode(s.id_hash, 'hex') as id, s.created_at as "signedInAt", s.last_seen_at as "lastSeenAt",
      least(s.idle_expires_at, s.absolute_expires_at) as "endsAt", c.id as "connectionId", c.name as "connectionName"
    from sessions s
    join members m on m.workspace_id = s.workspace_id and m.id = s.member_id and s.created_at >= m.access_valid_from
    left join sso_connections c on c.workspace_id = s.workspace_id and c.id = s.connection_id
    where s.workspace_id = ${workspaceId} and s.member_id = ${memberId}
      and s.idle_expires_at > now() and s.absolute_expires_at > now()
    order by s.last_seen_at desc, s.id_hash`.execute(query)
  return rows.map(({ connectionId, connectionName, ...session }) => ({
    ...session,
    connection:
      connectionId === null || connectionName === null
        ? null
        : { id: connectionId, name: connectionName },
  }))
}

interface ConnectionColumns {
  connectionId: string | null
  connectionName: string | null
}

/** Ends one session of a member; false when they have no such one. */
export async function endMemberSession(
  trx: WorkspaceTransaction,
  memberId: string,
  sessionId: string,
): Promise<boolean> {
  const { rows } = await sql`
    delete from sessions
    where workspace_id = ${trx.workspaceId} and member_id = ${memberId} and encode(id_hash, 'hex') = ${sessionId}
    returning 1`.execute(trx.query)
  if (rows.length === 0) return false
  await recordChanges(trx, [
    {
      action: 'session.ended',
      subject: { kind: 'member', id: memberId },
      before: null,
      after: null,
    },
  ])
  return true
}
