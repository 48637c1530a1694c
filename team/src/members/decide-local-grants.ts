import type { GrantKind } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { counts, type Grant, type MemberFacts, project } from '../mapping/project.ts'
import type { RuleSet } from '../mapping/rule-set-store.ts'

/** What a person wants a member to have, by id; what is absent stays. */
export interface AccessWish {
  roleId?: string
  departmentIds?: readonly string[]
  channelIds?: readonly string[]
  supervisor?: boolean
}

/**
 * The grants by people with which the member has exactly what is wished. Throws `managed-by-directory` with the name of
 * what no person can give or take: a role that the directory's would outweigh, and whatever is the directory's to give;
 * and `comes-with-department` for a channel that a department of theirs brings.
 */
export function decideLocalGrants(
  facts: MemberFacts,
  rules: RuleSet,
  wish: AccessWish,
): readonly Grant[] {
  const valued = [
    ...(wish.departmentIds === undefined
      ? []
      : [{ kind: 'department' as const, wished: wish.departmentIds }]),
    ...(wish.channelIds === undefined
      ? []
      : [{ kind: 'channel' as const, wished: wish.channelIds }]),
    ...(wish.supervisor === undefined
      ? []
      : [{ kind: 'supervisor' as const, wished: wish.supervisor ? [null] : [] }]),
  ]
  let local = facts.localGrants
  for (const { kind, wished } of valued) {
    local = withValues({ ...facts, localGrants: local }, rules, kind, wished)
  }
  return wish.roleId === undefined
    ? local
    : withRole({ ...facts, localGrants: local }, rules, wish.roleId)
}

function withRole(facts: MemberFacts, rules: RuleSet, roleId: string): readonly Grant[] {
  if (project(facts, rules).roleId === roleId) return facts.localGrants
  const others = facts.localGrants.filter((grant) => grant.kind !== 'role')
  const decided = [...others, localGrant('role', roleId)]
  // What the directory gives anyway needs no grant of its own, which would outlive the directory's.
  const candidates = facts.directory === null ? [decided] : [others, decided]
  const enough = candidates.find(
    (localGrants) => project({ ...facts, localGrants }, rules).roleId === roleId,
  )
  if (enough === undefined) throw managed('role', roleId, rules)
  return enough
}

function withValues(
  facts: MemberFacts,
  rules: RuleSet,
  kind: Exclude<GrantKind, 'role'>,
  wished: readonly (string | null)[],
): readonly Grant[] {
  const held = new Set(
    project(facts, rules)
      .grants.filter((grant) => grant.kind === kind && grant.effective)
      .map((grant) => grant.valueId),
  )
  const added = [...new Set(wished)].filter((valueId) => !held.has(valueId))
  const taken = [...held].filter((valueId) => !wished.includes(valueId))
  refuseTakingFromDepartment(facts, rules, kind, taken)
  const given = givenByDirectory(facts, rules, kind)
  const [refused] = [
    ...added.filter((valueId) => !counts(localGrant(kind, valueId), facts, rules)),
    ...taken.filter((valueId) => given.has(valueId)),
  ]
  if (refused !== undefined) throw managed(kind, refused, rules)
  return [
    ...facts.localGrants.filter((grant) => grant.kind !== kind || !taken.includes(grant.valueId)),
    ...added.map((valueId) => localGrant(kind, valueId)),
  ]
}

/** A channel that comes with a department goes only with it. */
function refuseTakingFromDepartment(
  facts: MemberFacts,
  rules: RuleSet,
  kind: GrantKind,
  taken: readonly (string | null)[],
): void {
  if (kind !== 'channel') return
  const bound = project(facts, rules).grants.find(
    (grant) => grant.source === 'department' && taken.includes(grant.valueId),
  )
  if (bound === undefined) return
  throw new TeamError('comes-with-department', rules.departments.get(bound.sourceId ?? '')?.name)
}

/** What rules give this member, by themselves or by a name in the directory. */
function givenByDirectory(facts: MemberFacts, rules: RuleSet, kind: GrantKind): Set<string | null> {
  const given = project(facts, rules).grants.filter(
    (grant) => grant.kind === kind && grant.source === 'mapping_rule',
  )
  return new Set(given.map((grant) => grant.valueId))
}

function localGrant(kind: GrantKind, valueId: string | null): Grant {
  return { kind, valueId, source: 'local', sourceId: null }
}

function managed(kind: GrantKind, valueId: string | null, rules: RuleSet): TeamError {
  const name =
    valueId === null
      ? kind
      : (rules.roles.get(valueId) ?? rules.departments.get(valueId) ?? rules.channels.get(valueId))
          ?.name
  return new TeamError('managed-by-directory', name)
}

/** Whether both are the same decisions, in any order. */
export function isSameDecision(a: readonly Grant[], b: readonly Grant[]): boolean {
  const keys = new Set(a.map(keyOf))
  return a.length === b.length && b.every((grant) => keys.has(keyOf(grant)))
}

function keyOf({ kind, valueId, source, sourceId }: Grant): string {
  return `${kind} ${valueId} ${source} ${sourceId}`
}
