import type { WorkspaceTransaction } from '@plantel/db'

import { roleReference } from '../roles/role-reference.ts'
import type { MemberGrantRow } from './member-list.ts'

/** Every grant of a member with where it comes from, the oldest first. */
export async function readMemberGrants(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<MemberGrantRow[]> {
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
