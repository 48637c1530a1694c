import { createId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { fold } from '../fold.ts'
import { recordChanges } from '../history/record-change.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'
import { listMappingRules } from './mapping-rule-queries.ts'
import { reprojectMembers } from './reproject-members.ts'

/** When a member is in this group, then this. Roles and channels by key, departments by name. */
export interface MappingRuleDraft {
  group: { id: string } | { displayName: string }
  role?: string | undefined
  departments?: readonly string[] | undefined
  channels?: readonly string[] | undefined
  supervisor?: boolean | undefined
}

/**
 * Replaces the rules of a connection and gives the people of all groups concerned what the new ones say. Throws
 * `connection-not-found`, `group-not-found`, `role-unknown`, `role-not-mappable`, `department-unknown`,
 * `channel-unknown` and `rule-repeated`, and then changes nothing.
 */
export async function saveMappingRules(
  trx: WorkspaceTransaction,
  connectionId: string,
  rules: readonly MappingRuleDraft[],
): Promise<void> {
  await lockConnection(trx, connectionId)
  const before = await listMappingRules(trx)
  const names = await loadNames(trx)
  const formerGroups = before
    .filter((rule) => rule.connectionId === connectionId)
    .map((rule) => rule.group.id)
  const groups = new Set<string>()
  for (const rule of rules) {
    const groupId = await findGroup(trx, connectionId, rule.group, formerGroups)
    if (groups.has(groupId)) throw new TeamError('rule-repeated', groupId)
    groups.add(groupId)
    await writeRule(trx, connectionId, groupId, valuesOf(rule, names))
  }
  await deleteOtherRules(trx, connectionId, [...groups])
  await lockGroups(trx, [...formerGroups, ...groups])
  await trx.query
    .updateTable('workspaces')
    .set({ rules_version: sql<string>`rules_version + 1` })
    .where('id', '=', trx.workspaceId)
    .execute()
  const after = await listMappingRules(trx)
  await recordChanges(trx, [
    {
      action: 'rules.changed',
      subject: { kind: 'mapping_rules', id: connectionId },
      before: { rules: before },
      after: { rules: after },
      event: { type: 'rules.changed', memberId: null, payload: { rules: after } },
    },
  ])
  await reprojectGroups(trx, [...formerGroups, ...groups])
}

/** Two people who save rules at once take turns. */
async function lockConnection(trx: WorkspaceTransaction, connectionId: string): Promise<void> {
  const row = await trx.query
    .selectFrom('scim_connections')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', connectionId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('connection-not-found', connectionId)
}

interface Names {
  roles: Map<string, string>
  departments: Map<string, string>
  channels: Map<string, string>
}

async function loadNames(trx: WorkspaceTransaction): Promise<Names> {
  const where = trx.workspaceId
  const roles = await trx.query
    .selectFrom('roles')
    .select(['id', 'key'])
    .where('workspace_id', '=', where)
    .execute()
  const departments = await trx.query
    .selectFrom('departments')
    .select(['id', 'name_key'])
    .where('workspace_id', '=', where)
    .execute()
  const channels = await trx.query
    .selectFrom('channels')
    .select(['id', 'key'])
    .where('workspace_id', '=', where)
    .execute()
  return {
    roles: new Map(roles.map((role) => [role.key, role.id])),
    departments: new Map(departments.map((department) => [department.name_key, department.id])),
    channels: new Map(channels.map((channel) => [channel.key, channel.id])),
  }
}

interface RuleValue {
  kind: 'role' | 'department' | 'channel' | 'supervisor'
  role_id: string | null
  department_id: string | null
  channel_id: string | null
}

/** The id of a role that a directory may give; throws `role-unknown` and `role-not-mappable`. */
export async function requireMappableRole(trx: WorkspaceTransaction, key: string): Promise<string> {
  return mappableRole((await loadNames(trx)).roles, key)
}

function mappableRole(roles: ReadonlyMap<string, string>, key: string): string {
  // Ownership is a person's decision; no directory gives or takes it.
  if (key === ownerRoleKey) throw new TeamError('role-not-mappable', key)
  const id = roles.get(key)
  if (id === undefined) throw new TeamError('role-unknown', key)
  return id
}

const noValue = { role_id: null, department_id: null, channel_id: null }

function valuesOf(rule: MappingRuleDraft, names: Names): RuleValue[] {
  const values: RuleValue[] = []
  if (rule.role !== undefined) {
    const role_id = mappableRole(names.roles, rule.role)
    values.push({ ...noValue, kind: 'role', role_id })
  }
  for (const name of new Set(rule.departments)) {
    const department_id = names.departments.get(fold(name))
    if (department_id === undefined) throw new TeamError('department-unknown', name)
    values.push({ ...noValue, kind: 'department', department_id })
  }
  for (const key of new Set(rule.channels)) {
    const channel_id = names.channels.get(key)
    if (channel_id === undefined) throw new TeamError('channel-unknown', key)
    values.push({ ...noValue, kind: 'channel', channel_id })
  }
  if (rule.supervisor === true) values.push({ ...noValue, kind: 'supervisor' })
  return values
}

/** Whoever is changing the members of these groups ends before they are projected, or sees the new rules. */
async function lockGroups(trx: WorkspaceTransaction, groupIds: readonly string[]): Promise<void> {
  await trx.query
    .selectFrom('directory_groups')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', sql<string>`any(${[...groupIds]}::uuid[])`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}

/** By id, or by a name that only one group has. A deleted group may keep the rule it has. */
async function findGroup(
  trx: WorkspaceTransaction,
  connectionId: string,
  group: MappingRuleDraft['group'],
  formerGroups: readonly string[],
): Promise<string> {
  if ('id' in group && formerGroups.includes(group.id)) return group.id
  const rows = await trx.query
    .selectFrom('directory_groups')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', connectionId)
    .where('deleted_at', 'is', null)
    .where((eb) =>
      'id' in group ? eb('id', '=', group.id) : eb('display_key', '=', fold(group.displayName)),
    )
    .limit(2)
    .execute()
  const [row] = rows
  if (row === undefined || rows.length > 1) {
    throw new TeamError('group-not-found', 'id' in group ? group.id : group.displayName)
  }
  return row.id
}

/** A group's rule keeps its id, so that what it gave before keeps its date. */
async function writeRule(
  trx: WorkspaceTransaction,
  connectionId: string,
  groupId: string,
  values: readonly RuleValue[],
): Promise<void> {
  const { id } = await trx.query
    .insertInto('mapping_rules')
    .values({
      workspace_id: trx.workspaceId,
      id: createId(),
      connection_id: connectionId,
      group_id: groupId,
    })
    .onConflict((conflict) =>
      conflict
        .constraint('mapping_rules_group_unique')
        .doUpdateSet({ connection_id: connectionId }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  await trx.query
    .deleteFrom('mapping_rule_grants')
    .where('workspace_id', '=', trx.workspaceId)
    .where('rule_id', '=', id)
    .execute()
  if (values.length === 0) return
  await trx.query
    .insertInto('mapping_rule_grants')
    .values(values.map((value) => ({ workspace_id: trx.workspaceId, rule_id: id, ...value })))
    .execute()
}

async function deleteOtherRules(
  trx: WorkspaceTransaction,
  connectionId: string,
  groupIds: readonly string[],
): Promise<void> {
  await trx.query
    .deleteFrom('mapping_rules')
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', connectionId)
    .where('group_id', '<>', sql<string>`all(${[...groupIds]}::uuid[])`)
    .execute()
}

/** Everybody in these groups, a thousand at a time, in order of their ids. */
async function reprojectGroups(
  trx: WorkspaceTransaction,
  groupIds: readonly string[],
): Promise<void> {
  if (groupIds.length === 0) return
  const rows = await trx.query
    .selectFrom('directory_group_members as membership')
    .innerJoin('members as member', (join) =>
      join
        .onRef('member.workspace_id', '=', 'membership.workspace_id')
        .onRef('member.directory_user_id', '=', 'membership.user_id'),
    )
    .select('member.id')
    .distinct()
    .where('membership.workspace_id', '=', trx.workspaceId)
    .where('membership.group_id', '=', sql<string>`any(${[...groupIds]}::uuid[])`)
    .execute()
  await reprojectMembers(
    trx,
    rows.map((row) => row.id),
  )
}
