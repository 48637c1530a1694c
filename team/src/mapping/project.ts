import type {
  ConversationAccess,
  GrantKind,
  GrantSource,
  HoldSource,
  MemberState,
  NoRoleReason,
} from '@plantel/db'

/** One role, department, channel or supervisor right from one source; `valueId` is null for the supervisor right. */
export interface Grant {
  kind: GrantKind
  valueId: string | null
  source: GrantSource
  /** The mapping rule or connection that gives it; null for people's own decisions. */
  sourceId: string | null
}

/** What a mapping rule gives to the members of a directory group. */
export interface MappingRule {
  id: string
  groupId: string
  gives: readonly { kind: GrantKind; valueId: string | null }[]
}

export interface ProjectedRole {
  /** Higher outranks lower. */
  rank: number
  conversationAccess: ConversationAccess
  isOwner: boolean
}

/** What the workspace decided, the same for all its members. */
export interface ProjectionRules {
  roles: ReadonlyMap<string, ProjectedRole>
  /** By directory group. */
  rules: ReadonlyMap<string, readonly MappingRule[]>
  localRoles: 'locked' | 'additive'
}

/** What is known about one member. */
export interface MemberFacts {
  /** Null for somebody whom no directory manages. */
  directory: {
    connectionId: string
    /** Role for those to whom no rule gives one. */
    defaultRoleId: string | null
    deleted: boolean
    groupIds: readonly string[]
  } | null
  holds: readonly HoldSource[]
  /** A person ended this membership. */
  removed: boolean
  /** Invited and not yet accepted. */
  invitationPending: boolean
  breakGlass: boolean
  /** Grants by people and invitations. */
  localGrants: readonly Grant[]
}

/** What a member has, and why. */
export interface MemberAccess {
  state: MemberState
  roleId: string | null
  noRoleReason: NoRoleReason | null
  conversationAccess: ConversationAccess
  /** Every grant there is; those that are not effective are outweighed or locked out. */
  grants: readonly (Grant & { effective: boolean })[]
}

/**
 * Directory facts, rules and local grants in; state, role, departments, channels and reasons out. Depends on nothing
 * else and not on the order in which anything arrived. Preview, apply and check all call this function.
 */
export function project(facts: MemberFacts, rules: ProjectionRules): MemberAccess {
  const state = stateOf(facts)
  if (state === 'removed') {
    return { state, roleId: null, noRoleReason: 'no_grant', conversationAccess: 'own', grants: [] }
  }
  const mapped = mappedGrants(facts, rules)
  const candidates = [...mapped, ...defaultRole(facts, mapped), ...facts.localGrants]
  const roleId = highestRole(
    candidates.filter((grant) => counts(grant, facts, rules)),
    rules,
  )
  const grants = candidates.map((grant) => ({
    ...grant,
    effective: counts(grant, facts, rules) && (grant.kind !== 'role' || grant.valueId === roleId),
  }))
  const isSupervisor = grants.some((grant) => grant.kind === 'supervisor' && grant.effective)
  return {
    state,
    roleId,
    noRoleReason: roleId === null ? 'no_grant' : null,
    conversationAccess: isSupervisor ? 'all' : conversationAccessOf(roleId, rules),
    grants,
  }
}

function stateOf(facts: MemberFacts): MemberState {
  if (facts.removed || facts.directory?.deleted === true) return 'removed'
  if (facts.holds.length > 0) return 'suspended'
  return facts.invitationPending ? 'invited' : 'active'
}

function mappedGrants(facts: MemberFacts, rules: ProjectionRules): Grant[] {
  if (facts.directory === null) return []
  return facts.directory.groupIds.flatMap((groupId) =>
    (rules.rules.get(groupId) ?? []).flatMap((rule) =>
      rule.gives
        // No mapping touches ownership: an owner is always a person's decision.
        .filter((given) => given.kind !== 'role' || !isOwnerRole(given.valueId, rules))
        .map((given) => ({ ...given, source: 'mapping_rule' as const, sourceId: rule.id })),
    ),
  )
}

function defaultRole(facts: MemberFacts, mapped: readonly Grant[]): Grant[] {
  const roleId = facts.directory?.defaultRoleId ?? null
  if (facts.directory === null || roleId === null) return []
  if (mapped.some((grant) => grant.kind === 'role')) return []
  return [
    {
      kind: 'role',
      valueId: roleId,
      source: 'connection_default',
      sourceId: facts.directory.connectionId,
    },
  ]
}

/** Whether a grant may take effect at all, before roles are compared. */
function counts(grant: Grant, facts: MemberFacts, rules: ProjectionRules): boolean {
  if (grant.kind !== 'role' || facts.directory === null) return true
  if (grant.source === 'mapping_rule' || grant.source === 'connection_default') return true
  if (rules.localRoles === 'additive' || facts.breakGlass) return true
  return isOwnerRole(grant.valueId, rules)
}

function highestRole(grants: readonly Grant[], rules: ProjectionRules): string | null {
  let highest: { id: string; rank: number } | undefined
  for (const grant of grants) {
    if (grant.kind !== 'role' || grant.valueId === null) continue
    const rank = rules.roles.get(grant.valueId)?.rank
    if (rank === undefined) continue
    if (highest === undefined || rank > highest.rank) highest = { id: grant.valueId, rank }
  }
  return highest?.id ?? null
}

function isOwnerRole(roleId: string | null, rules: ProjectionRules): boolean {
  return roleId !== null && rules.roles.get(roleId)?.isOwner === true
}

function conversationAccessOf(roleId: string | null, rules: ProjectionRules): ConversationAccess {
  return roleId === null ? 'own' : (rules.roles.get(roleId)?.conversationAccess ?? 'own')
}
