import { isId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'
import { jsonObjectFrom } from 'kysely/helpers/postgres'

import { TeamError } from '../errors.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'
import { roleReference } from '../roles/role-reference.ts'
import { heldChannels, heldDepartments } from './held-values.ts'
import {
  directoryNames,
  type MemberGrantRow,
  type MemberListQuery,
  type MemberListRow,
  type MemberPage,
} from './member-list.ts'
import { nameKey } from './name-key.ts'

/** One page of the people of the workspace by name; removed ones are not listed. Throws `invalid-cursor`. */
export async function listMembers(
  trx: WorkspaceTransaction,
  query: MemberListQuery,
): Promise<MemberPage> {
  const after = query.cursor === undefined ? undefined : await findPlace(trx, query.cursor)
  const page = await filtered(trx, query)
    .select(['member.id', 'member.display_key'])
    .$if(after !== undefined, (select) =>
      select.where((eb) =>
        eb(
          eb.refTuple('member.display_key', 'member.id'),
          '>',
          eb.tuple(after?.display_key ?? '', after?.id ?? ''),
        ),
      ),
    )
    .orderBy('member.display_key')
    .orderBy('member.id')
    // One more than asked tells whether another page follows.
    .limit(query.limit + 1)
    .execute()
  const { total } = await filtered(trx, query)
    .select(sql<number>`count(*)::int`.as('total'))
    .executeTakeFirstOrThrow()
  const shown = page.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    members: await readRows(
      trx,
      shown.map((row) => row.id),
    ),
    total,
    nextCursor: page.length > query.limit && last !== undefined ? last.id : null,
  }
}

/** A member with the grants that say why; undefined when there is none, or when they were removed. */
export async function readMember(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<(MemberListRow & { grants: MemberGrantRow[] }) | undefined> {
  if (!isId(memberId)) return undefined
  const [row] = await readRows(trx, [memberId])
  if (row === undefined) return undefined
  return { ...row, grants: await readGrants(trx, memberId) }
}

function filtered(trx: WorkspaceTransaction, query: MemberListQuery) {
  const { state, roleId, departmentId, ids, search } = query
  return trx.query
    .selectFrom('members as member')
    .where('member.workspace_id', '=', trx.workspaceId)
    .where('member.state', '<>', 'removed')
    .$if(state !== undefined, (select) => select.where('member.state', '=', state ?? 'active'))
    .$if(roleId !== undefined, (select) => select.where('member.role_id', '=', roleId ?? ''))
    .$if(departmentId !== undefined, (select) =>
      select.where((eb) =>
        eb.exists(
          eb
            .selectFrom('grants as held')
            .select('held.id')
            .whereRef('held.workspace_id', '=', 'member.workspace_id')
            .whereRef('held.member_id', '=', 'member.id')
            .where('held.department_id', '=', departmentId ?? '')
            .where('held.effective', '=', true),
        ),
      ),
    )
    .$if(ids !== undefined, (select) =>
      select.where('member.id', '=', sql<string>`any(${[...(ids ?? [])]}::uuid[])`),
    )
    .$if(search !== undefined && search.trim() !== '', (select) =>
      select.where(
        'member.id',
        'in',
        sql<string>`(select found from search_member_ids(${containing(search ?? '')}) as found)`,
      ),
    )
}

/** A LIKE pattern that finds the text itself, whatever characters it has. */
function containing(search: string): string {
  return `%${nameKey(search.trim()).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
}

async function readRows(
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
    .orderBy('member.display_key')
    .orderBy('member.id')
    .$narrowType<{ state: MemberListRow['state'] }>()
    .execute()
  return rows.map((row) => ({
    id: row.id,
    displayName: row.display_name,
    email: row.email,
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
}

async function readGrants(trx: WorkspaceTransaction, memberId: string): Promise<MemberGrantRow[]> {
  const rows = await trx.query
    .selectFrom('grants as held')
    .leftJoin('roles as role', (join) =>
      join
        .onRef('role.workspace_id', '=', 'held.workspace_id')
        .onRef('role.id', '=', 'held.role_id'),
    )
    .leftJoin('departments as department', (join) =>
      join
        .onRef('department.workspace_id', '=', 'held.workspace_id')
        .onRef('department.id', '=', 'held.department_id'),
    )
    .leftJoin('channels as channel', (join) =>
      join
        .onRef('channel.workspace_id', '=', 'held.workspace_id')
        .onRef('channel.id', '=', 'held.channel_id'),
    )
    .leftJoin('mapping_rules as rule', (join) =>
      join
        .onRef('rule.workspace_id', '=', 'held.workspace_id')
        .onRef('rule.id', '=', 'held.source_id'),
    )
    .leftJoin('directory_groups as group', (join) =>
      join
        .onRef('group.workspace_id', '=', 'rule.workspace_id')
        .onRef('group.id', '=', 'rule.group_id'),
    )
    .select([
      'held.kind',
      'held.source',
      'held.source_id',
      'held.effective',
      'held.since',
      'held.role_id',
      'held.department_id',
      'held.channel_id',
      'role.key as role_key',
      'role.name as role_name',
      'department.name as department_name',
      'channel.name as channel_name',
      'group.display_name as group_name',
    ])
    .where('held.workspace_id', '=', trx.workspaceId)
    .where('held.member_id', '=', memberId)
    .orderBy('held.since')
    .orderBy('held.id')
    .execute()
  return rows.map((row) => {
    return {
      kind: row.kind,
      value: grantedValue(row),
      source:
        row.source === 'mapping_rule'
          ? { kind: 'mapping_rule', ruleId: row.source_id ?? '', groupName: row.group_name }
          : { kind: row.source },
      effective: row.effective,
      since: row.since,
    }
  })
}

function grantedValue(row: {
  role_id: string | null
  role_key: string | null
  role_name: string | null
  department_id: string | null
  department_name: string | null
  channel_id: string | null
  channel_name: string | null
}): MemberGrantRow['value'] {
  const { role_id, role_key, role_name } = row
  if (role_id !== null && role_key !== null && role_name !== null) {
    return roleReference({ id: role_id, key: role_key, name: role_name })
  }
  const id = row.department_id ?? row.channel_id
  const name = row.department_name ?? row.channel_name
  return id === null || name === null ? null : { id, name }
}

/** A cursor is the last member of a page; where they stand now is where the next page begins. */
async function findPlace(
  trx: WorkspaceTransaction,
  cursor: string,
): Promise<{ id: string; display_key: string }> {
  const place = isId(cursor)
    ? await trx.query
        .selectFrom('members')
        .select(['id', 'display_key'])
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', cursor)
        .executeTakeFirst()
    : undefined
  if (place === undefined) throw new TeamError('invalid-cursor', cursor)
  return place
}
