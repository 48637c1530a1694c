import { createId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { fold } from '../fold.ts'
import { recordChanges } from '../history/record-change.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'
import { listMappingRules, type MappingRuleView } from './mapping-rule-queries.ts'
import { accessBeforeAndAfter } from './member-change.ts'
import { loadMembersWithFacts } from './member-facts-store.ts'
import { project } from './project.ts'
import { reprojectMembers } from './reproject-members.ts'
import { createRuleDifference, type RuleDifference } from './rule-difference.ts'
import { loadRuleSet } from './rule-set-store.ts'

/** When a member is in this group, then this. Roles and channels by key, departments by name. */
export interface MappingRuleDraft {
  group: { id: string } | { displayName: string }
  role?: string | undefined
  departments?: readonly string[] | undefined
  channels?: readonly string[] | undefined
  supervisor?: boolean | undefined
}

/**
 * Replaces the rules of a connection and gives the people of all groups concerned what the new ones say. With the hash
 * of a preview it does so only if the difference still is the one that was shown, and otherwise answers the new one and
 * changes nothing. Throws `connection-not-found`, `group-not-found`, `role-unknown`, `role-not-mappable`,
 * `department-unknown`, `channel-unknown` and `rule-repeated`.
 */
export async function saveMappingRules(
  trx: WorkspaceTransaction,
  connectionId: string,
  rules: readonly MappingRuleDraft[],
  options: { previewHash?: string | undefined } = {},
): Promise<{ outcome: 'saved' } | { outcome: 'difference-changed'; difference: RuleDifference }> {
  await sql`savepoint rules`.execute(trx.query)
  const { before, groups } = await replaceRules(trx, connectionId, rules)
  await lockGroups(trx, groups)
  if (options.previewHash !== undefined) {
    const difference = await computeDifference(trx, groups)
    if (difference.hash !== options.previewHash) {
      await sql`rollback to savepoint rules`.execute(trx.query)
      return { outcome: 'difference-changed', difference }
    }
  }
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
  await forEachMemberOf(trx, groups, (memberIds) => reprojectMembers(trx, memberIds))
  return { outcome: 'saved' }
}

/**
 * Says exactly who would gain and who would lose by these rules, computed by the function that applies them, and leaves
 * everything as it is. Throws what `saveMappingRules` throws.
 */
export async function previewMappingRules(
  trx: WorkspaceTransaction,
  connectionId: string,
  rules: readonly MappingRuleDraft[],
): Promise<RuleDifference> {
  await sql`savepoint rules`.execute(trx.query)
  const { groups } = await replaceRules(trx, connectionId, rules)
  const difference = await computeDifference(trx, groups)
  await sql`rollback to savepoint rules`.execute(trx.query)
  return difference
}

/** Writes the rules and nothing of what follows from them; answers the groups whose people they concern. */
async function replaceRules(
  trx: WorkspaceTransaction,
  connectionId: string,
  rules: readonly MappingRuleDraft[],
): Promise<{ before: MappingRuleView[]; groups: string[] }> {
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
  await trx.query
    .updateTable('workspaces')
    .set({ rules_version: sql<string>`rules_version + 1` })
    .where('id', '=', trx.workspaceId)
    .execute()
  return { before, groups: [...new Set([...formerGroups, ...groups])] }
}

async function computeDifference(
  trx: WorkspaceTransaction,
  groupIds: readonly string[],
): Promise<RuleDifference> {
  const rules = await loadRuleSet(trx)
  const difference = createRuleDifference()
  await forEachMemberOf(trx, groupIds, async (memberIds) => {
    for (const member of await loadMembersWithFacts(trx, memberIds)) {
      const access = accessBeforeAndAfter(member, project(member.facts, rules), rules)
      difference.add({ id: member.row.id, displayName: member.row.display_name, ...access })
    }
  })
  return difference.finish()
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

/** Whether a directory may give this role at all: ownership is a person's decision. */
export function isMappableRole(key: string): boolean {
  return key !== ownerRoleKey
}

function mappableRole(roles: ReadonlyMap<string, string>, key: string): string {
  if (!isMappableRole(key)) throw new TeamError('role-not-mappable', key)
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

const chunkSize = 1_000

/** Hands out the members who are in these groups, a thousand at a time, in order of their ids. */
async function forEachMemberOf(
  trx: WorkspaceTransaction,
  groupIds: readonly string[],
  work: (memberIds: string[]) => Promise<void>,
): Promise<void> {
  let last = '00000000-0000-0000-0000-000000000000'
  for (;;) {
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
      .where('member.id', '>', last)
      .orderBy('member.id')
      .limit(chunkSize)
      .execute()
    const end = rows.at(-1)
    if (end === undefined) return
    await work(rows.map((row) => row.id))
    last = end.id
  }
}
