import type { GrantKind, WorkspacePolicies, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { fold } from '../fold.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'
import { type DirectoryAttribute, isDirectoryAttribute } from './directory-attribute.ts'
import { createRuleMatcher, type MappingRule, type RuleCondition } from './mapping-rule.ts'
import type { Grant, ProjectedRole, ProjectionRules } from './project.ts'
import { type NamedKind, namedKinds } from './rule-pattern.ts'

export interface NamedRole extends ProjectedRole {
  id: string
  key: string
  name: string
}

/** A role, department or channel whose end is decided: nobody gets it any more, and who has it is still to be told. */
export interface RetiredValue {
  kind: 'role' | 'department' | 'channel'
  id: string
  /** Null for a department, which has none. */
  key: string | null
  name: string
  /** What its holders get instead; never retired itself. */
  successorId: string | null
  /** Who had it by people's decision gets the successor. Else only those whom its end leaves in no department. */
  isMerged: boolean
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
  /** In none of these any more, and to be taken from who has it yet; the first that was retired first. */
  retired: ReadonlyMap<string, RetiredValue>
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
    isRuled: createRuledTest(content.rules),
    readsGroupNames: conditions.some((condition) => condition.kind === 'group-pattern'),
    attributes: [...new Set(attributes)],
  }
}

/** What a rule names by a match is not known beforehand: only what it gives to everybody whom it fits. */
function createRuledTest(rules: readonly MappingRule[]): RuleSet['isRuled'] {
  let ruled: Set<string> | undefined
  return (connectionId, value) => {
    ruled ??= new Set(
      rules.flatMap((rule) => rule.gives.map((given) => ruledKey(rule.connectionId, given))),
    )
    return ruled.has(ruledKey(connectionId, value))
  }
}

function ruledKey(
  connectionId: string,
  { kind, valueId }: Pick<Grant, 'kind' | 'valueId'>,
): string {
  return `${connectionId} ${kind} ${valueId}`
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

interface RuleSetRow {
  rules_version: string
  policies: WorkspacePolicies
  seats: number | null
  roles: {
    id: string
    key: string
    name: string
    rank: number
    conversation_access: ProjectedRole['conversationAccess']
  }[]
  departments: { id: string; name: string; channels: string[] }[]
  channels: { id: string; key: string; name: string }[]
  retired: RetiredValue[]
  rules: (ConditionColumns & {
    id: string
    connection_id: string
    priority: number
    grants: { kind: GrantKind; named: boolean; value_id: string | null }[]
  })[]
}

/** Reads the rule set of the workspace in one round trip. */
export async function loadRuleSet(trx: WorkspaceTransaction): Promise<RuleSet> {
  const { rows } = await sql<RuleSetRow>`
    select w.rules_version, w.policies, w.seats,
      (select coalesce(json_agg(json_build_object('id', r.id, 'key', r.key, 'name', r.name, 'rank', r.rank,
          'conversation_access', r.conversation_access)), '[]')
        from roles r where r.workspace_id = w.id and r.retired_at is null) as roles,
      (select coalesce(json_agg(json_build_object('id', d.id, 'name', d.name, 'channels', array(
          select c.channel_id from department_channels c
          where c.workspace_id = d.workspace_id and c.department_id = d.id order by c.channel_id))), '[]')
        from departments d where d.workspace_id = w.id and d.retired_at is null) as departments,
      (select coalesce(json_agg(json_build_object('id', c.id, 'key', c.key, 'name', c.name)), '[]')
        from channels c where c.workspace_id = w.id and c.retired_at is null) as channels,
      (select coalesce(json_agg(json_build_object('kind', v.kind, 'id', v.id, 'key', v.key, 'name', v.name,
          'successorId', v.successor_id, 'isMerged', v.is_merged) order by v.retired_at, v.id), '[]')
        from (
          select 'role' as kind, id, key, name, successor_id, true as is_merged, retired_at
          from roles where workspace_id = w.id and retired_at is not null
          union all
          select 'department', id, null, name, successor_id, is_merged, retired_at
          from departments where workspace_id = w.id and retired_at is not null
          union all
          select 'channel', id, key, name, null, false, retired_at
          from channels where workspace_id = w.id and retired_at is not null) v) as retired,
      (select coalesce(json_agg(json_build_object('id', r.id, 'connection_id', r.connection_id, 'kind', r.kind,
          'group_id', r.group_id, 'attribute', r.attribute, 'operator', r.operator, 'operands', r.operands,
          'pattern', r.pattern, 'priority', r.priority, 'grants', (
            select coalesce(json_agg(json_build_object('kind', g.kind, 'named', g.named,
              'value_id', coalesce(g.role_id, g.department_id, g.channel_id))), '[]')
            from mapping_rule_grants g where g.workspace_id = r.workspace_id and g.rule_id = r.id)) order by r.id), '[]')
        from mapping_rules r where r.workspace_id = w.id) as rules
    from workspaces w where w.id = ${trx.workspaceId}`.execute(trx.prepared)
  const [row] = rows
  if (row === undefined) throw new Error('There is no such workspace.')

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
      row.departments.map(({ id, name, channels }) => [id, { id, name, channelIds: channels }]),
    ),
    channels: new Map(row.channels.map((channel) => [channel.id, channel])),
    retired: new Map(row.retired.map((value) => [value.id, value])),
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
