import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { noRole } from './member-filter.ts'
import type { MemberFilter } from './member-list.ts'

/**
 * No index of members names a role, or each change of one would write all of them anew. Where few have a role they are
 * found by their grants and sorted; where many have it a page of them is soon found along the list.
 */
export function isRareRole(workspaceId: string, roleId: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(select coalesce(sum(c.n) filter (where c.role_id = ${roleId}), 0)::float8 ^ 2
    < coalesce(sum(c.n), 0) * ${walkedForOneSorted}
    from member_counts c where c.workspace_id = ${workspaceId})`
}

/** A page of fifty walks past 50 N / n people where n of N have the role; to find and sort one takes as long as three of them. */
const walkedForOneSorted = 16

/** The ids of those who have a role, as an array. */
export function roleHolders(
  workspaceId: string,
  roleId: RawBuilder<unknown>,
): RawBuilder<string[]> {
  return sql<string[]>`array(select holder.member_id from grants holder
    where holder.workspace_id = ${workspaceId} and holder.role_id = ${roleId} and holder.effective)`
}

/** The same filter, with their ids where it asks for a role that few have. */
export async function narrowToHolders(
  { query, workspaceId }: WorkspaceTransaction,
  filter: MemberFilter,
): Promise<MemberFilter> {
  const { roleId, ids } = filter
  if (roleId === undefined || roleId === noRole || ids !== undefined) return filter
  const role = sql`${roleId}::uuid`
  const { rows } = await sql<{ holders: string[] }>`
    select ${roleHolders(workspaceId, role)} as holders where ${isRareRole(workspaceId, role)}`.execute(
    query,
  )
  return { ...filter, ids: rows[0]?.holders }
}
