import type { WorkspacePolicies, WorkspaceTransaction } from '@plantel/db'
import { jsonArrayFrom } from 'kysely/helpers/postgres'

import { ownerRoleKey } from '../roles/owner-role.ts'
import type { MappingRule, ProjectedRole, ProjectionRules } from './project.ts'

export interface NamedRole extends ProjectedRole {
  id: string
  key: string
  name: string
}

/** Everything `project` needs that is the same for all members, and the names to tell people about it. */
export interface RuleSet extends ProjectionRules {
  /** Grows with every change of the rules. */
  version: string
  policies: WorkspacePolicies
  roles: ReadonlyMap<string, NamedRole>
  departments: ReadonlyMap<string, { id: string; name: string }>
  channels: ReadonlyMap<string, { id: string; key: string; name: string }>
}

/** Reads the rule set of the workspace in one round trip. */
export async function loadRuleSet(trx: WorkspaceTransaction): Promise<RuleSet> {
  const { workspaceId } = trx
  const row = await trx.query
    .selectFrom('workspaces')
    .select((eb) => [
      'rules_version',
      'policies',
      jsonArrayFrom(
        eb
          .selectFrom('roles')
          .select(['id', 'key', 'name', 'rank', 'conversation_access'])
          .where('workspace_id', '=', workspaceId),
      ).as('roles'),
      jsonArrayFrom(
        eb.selectFrom('departments').select(['id', 'name']).where('workspace_id', '=', workspaceId),
      ).as('departments'),
      jsonArrayFrom(
        eb
          .selectFrom('channels')
          .select(['id', 'key', 'name'])
          .where('workspace_id', '=', workspaceId),
      ).as('channels'),
      jsonArrayFrom(
        eb
          .selectFrom('mapping_rules as rule')
          .innerJoin('mapping_rule_grants as given', (join) =>
            join
              .onRef('given.workspace_id', '=', 'rule.workspace_id')
              .onRef('given.rule_id', '=', 'rule.id'),
          )
          .select([
            'rule.id',
            'rule.group_id',
            'given.kind',
            'given.role_id',
            'given.department_id',
            'given.channel_id',
          ])
          .where('rule.workspace_id', '=', workspaceId),
      ).as('rules'),
    ])
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow()

  return {
    version: row.rules_version,
    policies: row.policies,
    localRoles: row.policies.localRoles,
    roles: new Map(
      row.roles.map((role) => [
        role.id,
        {
          id: role.id,
          key: role.key,
          name: role.name,
          rank: role.rank,
          conversationAccess: role.conversation_access,
          isOwner: role.key === ownerRoleKey,
        },
      ]),
    ),
    departments: new Map(row.departments.map((department) => [department.id, department])),
    channels: new Map(row.channels.map((channel) => [channel.id, channel])),
    rules: rulesByGroup(row.rules),
  }
}

interface RuleGrantRow {
  id: string
  group_id: string
  kind: MappingRule['gives'][number]['kind']
  role_id: string | null
  department_id: string | null
  channel_id: string | null
}

function rulesByGroup(rows: readonly RuleGrantRow[]): Map<string, MappingRule[]> {
  const rules = new Map<
    string,
    { id: string; groupId: string; gives: MappingRule['gives'][number][] }
  >()
  for (const row of rows) {
    const rule = rules.get(row.id) ?? { id: row.id, groupId: row.group_id, gives: [] }
    rule.gives.push({ kind: row.kind, valueId: row.role_id ?? row.department_id ?? row.channel_id })
    rules.set(row.id, rule)
  }
  const byGroup = new Map<string, MappingRule[]>()
  for (const rule of rules.values()) {
    byGroup.set(rule.groupId, [...(byGroup.get(rule.groupId) ?? []), rule])
  }
  return byGroup
}
