import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

/** Somebody whom a directory asserts and who is not linked, because a member has their address. */
export interface PendingAdoption {
  directoryUser: { id: string; userName: string; displayName: string | null }
  /** Who has the address. */
  member: {
    id: string
    displayName: string
    email: string | null
    state: 'active' | 'suspended' | 'invited'
  }
}

interface PendingRow {
  id: string
  userName: string
  userDisplayName: string | null
  memberId: string
  displayName: string
  email: string | null
  state: PendingAdoption['member']['state']
}

/** Who waits for a decision, by id and behind `after`. */
export async function listPendingAdoptions(
  { query, workspaceId }: WorkspaceTransaction,
  connectionId: string,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<PendingAdoption[]> {
  // From the members whom no directory has: of those there are few where a directory has most people.
  const { rows } = await sql<PendingRow>`
    select distinct on (u.id) u.id, u.user_name as "userName", u.display_name as "userDisplayName",
      m.id as "memberId", m.display_name as "displayName", m.email, m.state
    from members m
    join directory_user_emails e on e.workspace_id = m.workspace_id and e.value_key = m.email_key
    join directory_users u on u.workspace_id = e.workspace_id and u.id = e.user_id
    where m.workspace_id = ${workspaceId} and m.is_listed and m.directory_user_id is null
      and u.connection_id = ${connectionId} and u.deleted_at is null
      and (${after ?? null}::uuid is null or u.id > ${after ?? null}::uuid)
      and not exists (
        select from members linked
        where linked.workspace_id = u.workspace_id and linked.directory_user_id = u.id)
    order by u.id, e.is_primary desc, e.ordinal limit ${limit}`.execute(query)
  return rows.map(({ id, userName, userDisplayName, memberId, displayName, email, state }) => ({
    directoryUser: { id, userName, displayName: userDisplayName },
    member: { id: memberId, displayName, email, state },
  }))
}
