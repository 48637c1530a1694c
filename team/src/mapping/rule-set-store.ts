import type { WorkspacePolicies, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'

import { fold } from '../fold.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'
import { type DirectoryAttribute, isDirectoryAttribute } from './directory-attribute.ts'
import { createRuleMatcher, type MappingRule, type RuleCondition } from './mapping-rule.ts'
import type { ProjectedRole, ProjectionRules } from './project.ts'
import { type NamedKind, namedKinds } from './rule-pattern.ts'

export interface NamedRole extends ProjectedRole {
  id: string
  key: string
  name: string
}

/** What the workspace decided, as it is stored or as it might be. */
export interface RuleSetContent {
  /** Grows with every change of the rules. */
  version: string
  policies: WorkspacePolicies
  /** How many may hold a role; null is no limit. */
  seats: number | null
  roles: ReadonlyMap<string, NamedRole>
  departments: ReadonlyMap<string, { id: string; name: string; channelIds: readonly string[] }>
  channels: ReadonlyMap<string, { id: string; key: string; name: string }>
  rules: readonly MappingRule[]
}

/** Everything `project` needs that is the same for all members, and the names to tell people about it. */
export interface RuleSet extends ProjectionRules, RuleSetContent {
  roles: ReadonlyMap<string, NamedRole>
  rules: readonly MappingRule[]
  /** Whether some rule looks at the names of groups. */
  readsGroupNames: boolean
  /** What rules look at. */
  attributes: readonly DirectoryAttribute[]
}

/** Makes a rule set to project with. */
export function createRuleSet(content: RuleSetContent): RuleSet {
  const conditions = content.rules.map((rule) => rule.condition)
  const attributes = conditions.flatMap((condition) =>
    condition.kind === 'attribute' ? [condition.attribute] : [],
  )
  return {
    ...content,
    localRoles: content.policies.localRoles,
    roleStrategy: content.policies.roleStrategy,
    match: createRuleMatcher(content.rules),
    idOfName: nameFinder(content),
    channelsOf: (departmentId) =>
      (content.departments.get(departmentId)?.channelIds ?? []).filter((id) =>
        content.channels.has(id),
      ),
    readsGroupNames: conditions.some((condition) => condition.kind === 'group-pattern'),
    attributes: [...new Set(attributes)],
  }
}

/** Roles and channels by key or name, departments by name; case does not count. Ownership is nobody's to name. */
function nameFinder(content: RuleSetContent): RuleSet['idOfName'] {
  let byName: Record<NamedKind, Map<string, string>> | undefined
  const build = (): Record<NamedKind, Map<string, string>> => {
    const roles = [...content.roles.values()].filter((role) => !role.isOwner)
    const channels = [...content.channels.values()]
    return {
      role: byNameAndKey(roles),
      channel: byNameAndKey(channels),
      department: new Map(
        [...content.departments.values()].map(({ id, name }) => [fold(name), id]),
      ),
    }
  }
  return (kind, name) => (byName ??= build())[kind].get(fold(name))
}

/** A key means its own role even where it is another one's name: later entries win. */
function byNameAndKey(
  entries: readonly { id: string; key: string; name: string }[],
): Map<string, string> {
  return new Map([
    ...entries.map(({ id, name }) => [fold(name), id] as const),
    ...entries.map(({ id, key }) => [fold(key), id] as const),
  ])
}

/** Reads the rule set of the workspace in one round trip. */
export async function loadRuleSet(trx: WorkspaceTransaction): Promise<RuleSet> {
  const { workspaceId } = trx
  const row = await trx.prepared
    .selectFrom('workspaces')
    .select((eb) => [
      'rules_version',
      'policies',
      'seats',
      jsonArrayFrom(
        eb
          .selectFrom('roles')
          .select(['id', 'key', 'name', 'rank', 'conversation_access'])
          .where('workspace_id', '=', workspaceId),
      ).as('roles'),
      jsonArrayFrom(
        eb
          .selectFrom('departments as department')
          .select((department) => [
            'department.id',
            'department.name',
            jsonArrayFrom(
              department
                .selectFrom('department_channels as with')
                .select('with.channel_id')
                .whereRef('with.workspace_id', '=', 'department.workspace_id')
                .whereRef('with.department_id', '=', 'department.id')
                .orderBy('with.channel_id'),
            ).as('channels'),
          ])
          .where('department.workspace_id', '=', workspaceId),
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
          .select((rule) => [
            'rule.id',
            'rule.connection_id',
            'rule.kind',
            'rule.group_id',
            'rule.attribute',
            'rule.operator',
            'rule.operands',
            'rule.pattern',
            'rule.priority',
            jsonArrayFrom(
              rule
                .selectFrom('mapping_rule_grants as given')
                .select([
                  'given.kind',
                  'given.named',
                  sql<
                    string | null
                  >`coalesce(given.role_id, given.department_id, given.channel_id)`.as('value_id'),
                ])
                .whereRef('given.workspace_id', '=', 'rule.workspace_id')
                .whereRef('given.rule_id', '=', 'rule.id'),
            ).as('grants'),
          ])
          .where('rule.workspace_id', '=', workspaceId)
          .orderBy('rule.id'),
      ).as('rules'),
    ])
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow()

  return createRuleSet({
    version: row.rules_version,
    policies: row.policies,
    seats: row.seats,
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
    departments: new Map(
      row.departments.map(({ id, name, channels }) => [
        id,
        { id, name, channelIds: channels.map((channel) => channel.channel_id) },
      ]),
    ),
    channels: new Map(row.channels.map((channel) => [channel.id, channel])),
    rules: row.rules.map((rule) => ({
      id: rule.id,
      connectionId: rule.connection_id,
      condition: conditionOf(rule),
      priority: rule.priority,
      gives: rule.grants
        .filter((grant) => !grant.named)
        .map(({ kind, value_id }) => ({ kind, valueId: value_id })),
      named: namedKinds.filter((kind) =>
        rule.grants.some((grant) => grant.named && grant.kind === kind),
      ),
    })),
  })
}

/** The columns of a rule that are its condition. */
export interface ConditionColumns {
  kind: RuleCondition['kind']
  group_id: string | null
  attribute: string | null
  operator: 'equals' | 'one-of' | 'pattern' | 'any' | null
  operands: string[] | null
  pattern: string | null
}

/** The condition that the columns hold; the table's checks allow no other combinations. */
export function conditionOf(row: ConditionColumns): RuleCondition {
  const { kind, attribute, operator, operands } = row
  if (kind === 'group') return { kind, groupId: row.group_id ?? '' }
  if (kind === 'group-pattern') return { kind, pattern: row.pattern ?? '' }
  if (attribute === null || !isDirectoryAttribute(attribute)) {
    throw new Error(`A stored rule looks at ${attribute}, which is no attribute.`)
  }
  switch (operator) {
    case 'equals':
      return { kind, attribute, operator, value: operands?.[0] ?? '' }
    case 'one-of':
      return { kind, attribute, operator, values: operands ?? [] }
    case 'pattern':
      return { kind, attribute, operator, pattern: row.pattern ?? '' }
    case 'any':
      return { kind, attribute, operator }
    case null:
      throw new Error('A stored rule about an attribute does not say what it must be.')
    default:
      return operator satisfies never
  }
}

/** A condition as columns. */
export function columnsOf(condition: RuleCondition): ConditionColumns {
  const none = { group_id: null, attribute: null, operator: null, operands: null, pattern: null }
  const { kind } = condition
  switch (kind) {
    case 'group':
      return { ...none, kind, group_id: condition.groupId }
    case 'group-pattern':
      return { ...none, kind, pattern: condition.pattern }
    case 'attribute': {
      const { attribute, operator } = condition
      const columns = { ...none, kind, attribute, operator }
      if (operator === 'equals') return { ...columns, operands: [condition.value] }
      if (operator === 'one-of') return { ...columns, operands: [...condition.values] }
      return operator === 'pattern' ? { ...columns, pattern: condition.pattern } : columns
    }
    default:
      return condition satisfies never
  }
}
