import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'
import { jsonObjectFrom } from 'kysely/helpers/postgres'

import { ownerRoleKey } from '../roles/owner-role.ts'
import { roleReference } from '../roles/role-reference.ts'
import { heldChannels, heldDepartments } from './held-values.ts'
import { directoryNames, type MemberListRow } from './member-list.ts'

/** These members as lists show them, in the order of the ids; removed ones are left out. One round trip. */
export async function readMemberRows(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<MemberListRow[]> {
  if (memberIds.length === 0) return []
  const rows = await trx.query
    .selectFrom('members as member')
    .leftJoin('directory_users as user', (join) =>
      join
        .onRef('user.workspace_id', '=', 'member.workspace_id')
        .onRef('user.id', '=', 'member.directory_user_id')
        .on('user.deleted_at', 'is', null),
    )
    .leftJoin('scim_connections as connection', (join) =>
      join
        .onRef('connection.workspace_id', '=', 'user.workspace_id')
        .onRef('connection.id', '=', 'user.connection_id'),
    )
    .select((eb) => [
      'member.id',
      'member.display_name',
      'member.email',
      'member.host_user_id',
      'member.avatar_url',
      'member.state',
      'member.no_role_reason',
      'member.conversation_access',
      'member.source',
      'member.last_active_at',
      'user.user_name',
      'connection.idp',
      jsonObjectFrom(
        eb
          .selectFrom('roles as role')
          .select(['role.id', 'role.name', 'role.key'])
          .whereRef('role.workspace_id', '=', 'member.workspace_id')
          .whereRef('role.id', '=', 'member.role_id'),
      ).as('role'),
      heldDepartments(eb).as('departments'),
      heldChannels(eb).as('channels'),
    ])
    .where('member.workspace_id', '=', trx.workspaceId)
    .where('member.state', '<>', 'removed')
    .where('member.id', '=', sql<string>`any(${[...memberIds]}::uuid[])`)
    .$narrowType<{ state: MemberListRow['state'] }>()
    .execute()
  const shown = rows.map((row): MemberListRow => ({
    id: row.id,
    displayName: row.display_name,
    email: row.email,
    hostUserId: row.host_user_id,
    userName: row.user_name,
    avatarUrl: row.avatar_url,
    state: row.state,
    role: row.role === null ? null : roleReference(row.role),
    noRoleReason: row.no_role_reason,
    departments: row.departments,
    channels: row.channels.map(({ id, name }) => ({ id, name })),
    conversationAccess: row.conversation_access,
    managedBy: row.idp === null ? null : { kind: 'directory', name: directoryNames[row.idp] },
    source: row.source,
    lastActiveAt: row.last_active_at,
    isOwner: row.role?.key === ownerRoleKey,
  }))
  const byId = new Map(shown.map((row) => [row.id, row]))
  return memberIds.flatMap((id) => byId.get(id) ?? [])
}
