import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

/** Adds users that exist in the group's connection; answers who is new and who is unknown. O(ids), whatever the group's size. */
export async function addGroupMembers(
  trx: WorkspaceTransaction,
  group: { id: string; connection_id: string },
  userIds: readonly string[],
): Promise<{ added: string[]; unknown: string[] }> {
  const ids = [...new Set(userIds)]
  if (ids.length === 0) return { added: [], unknown: [] }
  const { rows } = await sql<{ id: string; added: boolean }>`
    with known as materialized (
      select u.id from directory_users u
      where u.workspace_id = ${trx.workspaceId} and u.connection_id = ${group.connection_id}
        and u.id = any(${ids}::uuid[]) and u.deleted_at is null
      -- Shared, in order: nobody of them is deleted before this transaction ends.
      order by u.id for share
    ), added as (
      insert into directory_group_members (workspace_id, group_id, user_id)
      select ${trx.workspaceId}::uuid, ${group.id}::uuid, k.id from known k
      on conflict do nothing returning user_id
    )
    select k.id, a.user_id is not null as added from known k left join added a on a.user_id = k.id`.execute(
    trx.query,
  )
  const known = new Set(rows.map((row) => row.id))
  return {
    added: rows.filter((row) => row.added).map((row) => row.id),
    unknown: ids.filter((id) => !known.has(id)),
  }
}

/** Removes users; those who are not members are no error. */
export async function removeGroupMembers(
  trx: WorkspaceTransaction,
  groupId: string,
  userIds: readonly string[],
): Promise<string[]> {
  if (userIds.length === 0) return []
  const rows = await trx.query
    .deleteFrom('directory_group_members')
    .where('workspace_id', '=', trx.workspaceId)
    .where('group_id', '=', groupId)
    .where('user_id', '=', sql<string>`any(${[...userIds]}::uuid[])`)
    .returning('user_id')
    .execute()
  return rows.map((row) => row.user_id)
}

/** Removes everybody but the named users; an empty list removes all. */
export async function keepGroupMembers(
  trx: WorkspaceTransaction,
  groupId: string,
  userIds: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ user_id: string }>`
    delete from directory_group_members m
    where m.workspace_id = ${trx.workspaceId} and m.group_id = ${groupId}
      and not exists (select 1 from unnest(${[...userIds]}::uuid[]) as keep (id) where keep.id = m.user_id)
    returning m.user_id`.execute(trx.query)
  return rows.map((row) => row.user_id)
}
