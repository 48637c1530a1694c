import type {
  ConversationAccess,
  IdentityProvider,
  MemberSource,
  NoRoleReason,
  WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'

import { ownerRoleKey } from '../roles/owner-role.ts'
import { roleReference } from '../roles/role-reference.ts'
import { directoryNames, type MemberListRow } from './member-list.ts'

/** A department or a channel, by name. */
type Held = [kind: 'department' | 'channel', id: string, name: string]

interface Row {
  id: string
  displayName: string
  email: string | null
  hostUserId: string | null
  avatarUrl: string | null
  state: MemberListRow['state']
  noRoleReason: NoRoleReason | null
  conversationAccess: ConversationAccess
  source: MemberSource
  lastActiveAt: Date | null
  userName: string | null
  idp: IdentityProvider | null
  roleId: string | null
  roleKey: string | null
  roleName: string | null
  held: Held[] | null
}

/** These members as lists show them, in the order of the ids; removed ones are left out. One round trip. */
export async function readMemberRows(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<MemberListRow[]> {
  if (memberIds.length === 0) return []
  const workspace = sql`${trx.workspaceId}::uuid`
  const { rows } = await sql<Row>`
    select m.id, m.display_name as "displayName", m.email, m.host_user_id as "hostUserId",
      m.avatar_url as "avatarUrl", m.state, m.no_role_reason as "noRoleReason",
      m.conversation_access as "conversationAccess", m.source, m.last_active_at as "lastActiveAt",
      u.user_name as "userName", c.idp, r.id as "roleId", r.key as "roleKey", r.name as "roleName", h.held
    from members m
    left join roles r on r.workspace_id = ${workspace} and r.id = m.role_id
    left join directory_users u on u.workspace_id = ${workspace} and u.id = m.directory_user_id
      and u.deleted_at is null
    left join scim_connections c on c.workspace_id = ${workspace} and c.id = u.connection_id
    left join lateral (
      select json_agg(json_build_array(given.kind, given.id, given.name) order by given.name) as held
      from (
        select distinct g.kind, coalesce(d.id, ch.id) as id, coalesce(d.name, ch.name) as name
        from grants g
        left join departments d on d.workspace_id = ${workspace} and d.id = g.department_id
        left join channels ch on ch.workspace_id = ${workspace} and ch.id = g.channel_id
        where g.workspace_id = ${workspace} and g.member_id = m.id and g.effective
          and g.kind in ('department', 'channel')
      ) given
    ) h on true
    where m.workspace_id = ${workspace} and m.state <> 'removed'
      and m.id = any(${[...memberIds]}::uuid[])`.execute(trx.prepared)
  const byId = new Map(rows.map((row) => [row.id, show(row)]))
  return memberIds.flatMap((id) => byId.get(id) ?? [])
}

function show({ idp, roleId, roleKey, roleName, held, ...row }: Row): MemberListRow {
  const of = (wanted: Held[0]): { id: string; name: string }[] =>
    (held ?? []).flatMap(([kind, id, name]) => (kind === wanted ? [{ id, name }] : []))
  return {
    ...row,
    role:
      roleId === null || roleKey === null || roleName === null
        ? null
        : roleReference({ id: roleId, key: roleKey, name: roleName }),
    departments: of('department'),
    channels: of('channel'),
    managedBy: idp === null ? null : { kind: 'directory', name: directoryNames[idp] },
    isOwner: roleKey === ownerRoleKey,
  }
}
