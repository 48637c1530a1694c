import type {
  ConversationAccess,
  GrantKind,
  GrantSource,
  HoldSource,
  MemberState,
  NoRoleReason,
} from '@plantel/db'

import type { DirectoryFacts, MappingRule, MatchRules, RuleMatch } from './mapping-rule.ts'
import { namedKinds, type NamedKind } from './rule-pattern.ts'

/** One role, department, channel or supervisor right from one source; `valueId` is null for the supervisor right. */
export interface Grant {
  kind: GrantKind
  valueId: string | null
  source: GrantSource
  /** The mapping rule, connection or department that gives it; null for people's own decisions. */
  sourceId: string | null
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
  rules: readonly MappingRule[]
  /** Made of `rules`. */
  match: MatchRules
  /** The id of what a directory calls by this name; undefined for nothing the workspace has. */
  idOfName: (kind: NamedKind, name: string) => string | undefined
  /** What comes with a department. */
  channelsOf: (departmentId: string) => readonly string[]
  /** Whether some rule of the connection gives this by itself: then its people have it from the directory or not at all. */
  isRuled: (connectionId: string, value: Pick<Grant, 'kind' | 'valueId'>) => boolean
  localRoles: 'locked' | 'additive'
  roleStrategy: 'rank' | 'priority'
}

/** What is known about one member. */
export interface MemberFacts {
  /** Null for somebody whom no directory manages. */
  directory: DirectoryFacts | null
  holds: readonly HoldSource[]
  /** A person ended this membership. */
  removed: boolean
  /** Invited and not yet accepted. */
  invitationPending: boolean
  breakGlass: boolean
  /** All seats are others'. Owners have one in any case. */
  waitsForSeat: boolean
  /** Grants by people and invitations. */
  localGrants: readonly Grant[]
}

/** Why a grant has no effect: another role won, it is the directory's to give, or no seat is free. */
export type InactiveReason = 'outweighed' | 'locked' | 'no_seat'

export interface ProjectedGrant extends Grant {
  effective: boolean
  /** Null exactly when it is effective. */
  inactiveBecause: InactiveReason | null
}

/** A name in the directory that is no role, department or channel of the workspace. */
export interface UnknownName {
  ruleId: string
  kind: NamedKind
  name: string
}

/** What a member has, and why. */
export interface MemberAccess {
  state: MemberState
  roleId: string | null
  noRoleReason: NoRoleReason | null
  conversationAccess: ConversationAccess
  /** Every grant there is; those that are not effective are outweighed, locked out or wait for a seat. */
  grants: readonly ProjectedGrant[]
  /** Whether they need a seat; owners take one that is never refused. */
  seatClaim: 'owner' | 'seat' | null
  unknownNames: readonly UnknownName[]
}

/**
 * Directory facts, rules and local grants in; state, role, departments, channels and reasons out. Depends on nothing
 * else and not on the order in which anything arrived. Preview, apply and check all call this function.
 */
export function project(facts: MemberFacts, rules: ProjectionRules): MemberAccess {
  const state = stateOf(facts)
  if (state === 'removed') return removed
  const { directory } = facts
  const matches = directory === null ? [] : rules.match(directory)
  const mapped = mappedGrants(matches, rules)
  const given = [...mapped.grants, ...defaultRole(directory, mapped.grants), ...facts.localGrants]
  const inForce = given.filter((grant) => counts(grant, facts, rules))
  const candidates = withoutRepetition([...given, ...departmentChannels(inForce, rules)])
  const entitledId = winningRole(
    candidates.filter((grant) => counts(grant, facts, rules)),
    rules,
  )
  const seatClaim = seatClaimOf(state, entitledId, rules)
  const isWaiting = seatClaim === 'seat' && facts.waitsForSeat
  const grants = candidates.map((grant): ProjectedGrant => {
    const inactiveBecause = inactiveReason(grant, { facts, rules, entitledId, isWaiting })
    return { ...grant, effective: inactiveBecause === null, inactiveBecause }
  })
  const roleId = isWaiting ? null : entitledId
  const isSupervisor = grants.some((grant) => grant.kind === 'supervisor' && grant.effective)
  return {
    state,
    roleId,
    noRoleReason: isWaiting ? 'no_seat' : roleId === null ? 'no_grant' : null,
    conversationAccess: isSupervisor ? 'all' : conversationAccessOf(roleId, rules),
    grants,
    seatClaim,
    unknownNames: mapped.unknownNames,
  }
}

const removed: MemberAccess = {
  state: 'removed',
  roleId: null,
  noRoleReason: 'no_grant',
  conversationAccess: 'own',
  grants: [],
  seatClaim: null,
  unknownNames: [],
}

function stateOf(facts: MemberFacts): MemberState {
  if (facts.removed || facts.directory?.deleted === true) return 'removed'
  if (facts.holds.length > 0) return 'suspended'
  return facts.invitationPending ? 'invited' : 'active'
}

function mappedGrants(
  matches: readonly RuleMatch[],
  rules: ProjectionRules,
): { grants: Grant[]; unknownNames: UnknownName[] } {
  const grants: Grant[] = []
  const unknownNames: UnknownName[] = []
  for (const { rule, names } of matches) {
    const add = (kind: GrantKind, valueId: string | null): void => {
      // No mapping touches ownership: an owner is always a person's decision.
      if (kind === 'role' && isOwnerRole(valueId, rules)) return
      grants.push({ kind, valueId, source: 'mapping_rule', sourceId: rule.id })
    }
    for (const { kind, valueId } of rule.gives) add(kind, valueId)
    for (const kind of namedKinds) {
      const name = rule.named.includes(kind) ? names[kind] : undefined
      if (name === undefined) continue
      const valueId = rules.idOfName(kind, name)
      if (valueId === undefined) unknownNames.push({ ruleId: rule.id, kind, name })
      else add(kind, valueId)
    }
  }
  return { grants, unknownNames }
}

function defaultRole(directory: DirectoryFacts | null, mapped: readonly Grant[]): Grant[] {
  const roleId = directory?.defaultRoleId ?? null
  if (directory === null || roleId === null) return []
  if (mapped.some((grant) => grant.kind === 'role')) return []
  return [
    {
      kind: 'role',
      valueId: roleId,
      source: 'connection_default',
      sourceId: directory.connectionId,
    },
  ]
}

/** A department that they are in brings its channels. */
function departmentChannels(grants: readonly Grant[], rules: ProjectionRules): Grant[] {
  return grants.flatMap(({ kind, valueId }) =>
    kind !== 'department' || valueId === null
      ? []
      : rules.channelsOf(valueId).map((channelId) => ({
          kind: 'channel' as const,
          valueId: channelId,
          source: 'department' as const,
          sourceId: valueId,
        })),
  )
}

/** One source gives a thing once, by however many groups and values. */
function withoutRepetition(grants: readonly Grant[]): Grant[] {
  return [...new Map(grants.map((grant) => [grantKey(grant), grant])).values()]
}

/** The same text for the same thing from the same source. */
export function grantKey(grant: Grant): string {
  return `${grant.kind} ${grant.valueId} ${grant.source} ${grant.sourceId}`
}

/** Whether a person's role is for their directory alone to say. */
export function isRoleOfDirectory(
  { directory }: Pick<MemberFacts, 'directory'>,
  { localRoles }: Pick<ProjectionRules, 'localRoles'>,
): boolean {
  return directory !== null && (localRoles === 'locked' || directory.locksRoles)
}

/**
 * Whether a grant may take effect at all, before roles are compared. What a directory decides about, people can not give
 * to whom it manages; ownership and the break-glass mark are theirs in any case.
 */
export function counts(grant: Grant, facts: MemberFacts, rules: ProjectionRules): boolean {
  const isByPeople = grant.source === 'local' || grant.source === 'invitation'
  if (!isByPeople || facts.directory === null || facts.breakGlass) return true
  if (grant.kind !== 'role') return !rules.isRuled(facts.directory.connectionId, grant)
  return !isRoleOfDirectory(facts, rules) || isOwnerRole(grant.valueId, rules)
}

function inactiveReason(
  grant: Grant,
  about: {
    facts: MemberFacts
    rules: ProjectionRules
    entitledId: string | null
    isWaiting: boolean
  },
): InactiveReason | null {
  if (!counts(grant, about.facts, about.rules)) return 'locked'
  if (grant.kind !== 'role') return null
  if (grant.valueId !== about.entitledId) return 'outweighed'
  return about.isWaiting ? 'no_seat' : null
}

/**
 * The highest role; or, by priority, that of the rule with the highest number, then the highest role, then the first
 * rule. What is no rule's has priority 0. An owner is one in any case.
 */
function winningRole(grants: readonly Grant[], rules: ProjectionRules): string | null {
  const priorities =
    rules.roleStrategy === 'priority'
      ? new Map(rules.rules.map(({ id, priority }) => [id, priority]))
      : undefined
  let winner: { id: string; rank: number; priority: number } | undefined
  for (const { kind, valueId, sourceId } of grants) {
    const role = kind === 'role' && valueId !== null ? rules.roles.get(valueId) : undefined
    if (role === undefined || valueId === null) continue
    const priority = role.isOwner ? Infinity : (priorities?.get(sourceId ?? '') ?? 0)
    const isAhead =
      winner === undefined ||
      priority > winner.priority ||
      (priority === winner.priority && role.rank > winner.rank)
    if (isAhead) winner = { id: valueId, rank: role.rank, priority }
  }
  return winner?.id ?? null
}

function seatClaimOf(
  state: MemberState,
  roleId: string | null,
  rules: ProjectionRules,
): MemberAccess['seatClaim'] {
  if (roleId === null || (state !== 'active' && state !== 'invited')) return null
  return isOwnerRole(roleId, rules) ? 'owner' : 'seat'
}

function isOwnerRole(roleId: string | null, rules: ProjectionRules): boolean {
  return roleId !== null && rules.roles.get(roleId)?.isOwner === true
}

function conversationAccessOf(roleId: string | null, rules: ProjectionRules): ConversationAccess {
  return roleId === null ? 'own' : (rules.roles.get(roleId)?.conversationAccess ?? 'own')
}
