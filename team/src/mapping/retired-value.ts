import { type Grant, type MemberFacts, project } from './project.ts'
import { createRuleSet, type RetiredValue, type RuleSet } from './rule-set-store.ts'

/** The ids of what the member holds from any source although it is retired. */
export function heldRetired(
  grants: readonly Pick<Grant, 'valueId'>[],
  { retired }: Pick<RuleSet, 'retired'>,
): string[] {
  if (retired.size === 0) return []
  return [...retired.keys()].filter((id) => grants.some(({ valueId }) => valueId === id))
}

/**
 * What is known about a member once everything retired has given way to its successor: as if those who have it had been
 * told already. One after the other, as it was retired, so that it does not matter when their turn comes.
 */
export function settleRetired(
  facts: MemberFacts,
  held: readonly string[],
  rules: RuleSet,
): MemberFacts {
  if (rules.retired.size === 0) return facts
  const settled = withDefaultRole(facts, rules)
  let { localGrants } = settled
  for (const value of rules.retired.values()) {
    const isHeld =
      held.includes(value.id) || localGrants.some(({ valueId }) => valueId === value.id)
    if (isHeld) localGrants = withoutRetired({ ...settled, localGrants }, value, rules)
  }
  return { ...settled, localGrants }
}

function withDefaultRole(facts: MemberFacts, { retired }: RuleSet): MemberFacts {
  const { directory } = facts
  const role = retired.get(directory?.defaultRoleId ?? '')
  if (directory === null || role === undefined) return facts
  return { ...facts, directory: { ...directory, defaultRoleId: role.successorId } }
}

function withoutRetired(facts: MemberFacts, value: RetiredValue, rules: RuleSet): readonly Grant[] {
  const { kind, successorId } = value
  const isIt = (grant: Grant): boolean => grant.kind === kind && grant.valueId === value.id
  const rest = facts.localGrants.filter((grant) => !isIt(grant))
  if (successorId === null) return rest
  const successor: Grant = { kind, valueId: successorId, source: 'local', sourceId: null }
  const wasGiven = rest.length < facts.localGrants.length
  if (kind === 'role') {
    // Who has another one by people's decision keeps that.
    return wasGiven && !rest.some((grant) => grant.kind === 'role') ? [...rest, successor] : rest
  }
  const held = project({ ...facts, localGrants: rest }, rules).grants.filter(
    (grant) => grant.kind === kind && grant.effective,
  )
  const isMissing = value.isMerged
    ? wasGiven && !held.some((grant) => grant.valueId === successorId)
    : held.length === 0
  return isMissing ? [...rest, successor] : rest
}

/** What rules and connections give in its place: who is put elsewhere is so by a decision, not by a rule. */
export function insteadOf({ successorId, isMerged }: RetiredValue): string | null {
  return isMerged ? successorId : null
}

/** The rules as they are once this is retired. */
export function withRetired(rules: RuleSet, value: RetiredValue): RuleSet {
  const { kind, id } = value
  const given = insteadOf(value)
  const without = <Entry>(entries: ReadonlyMap<string, Entry>): Map<string, Entry> =>
    new Map([...entries].filter(([key]) => key !== id))
  return createRuleSet({
    ...rules,
    roles: without(rules.roles),
    departments: without(rules.departments),
    channels: without(rules.channels),
    retired: new Map([
      ...[...rules.retired].map(([key, former]) => [key, withSuccessorOf(former, value)] as const),
      [id, value],
    ]),
    rules: rules.rules.map((rule) => {
      const gives =
        (valueId: string | null) =>
        (grant: (typeof rule.gives)[number]): boolean =>
          grant.kind === kind && grant.valueId === valueId
      if (!rule.gives.some(gives(id))) return rule
      const rest = rule.gives.filter((grant) => !gives(id)(grant))
      const isComplete = given === null || rest.some(gives(given))
      return { ...rule, gives: isComplete ? rest : [...rest, { kind, valueId: given }] }
    }),
  })
}

/** Whoever was to go to what ends now goes where its people go. */
function withSuccessorOf(former: RetiredValue, value: RetiredValue): RetiredValue {
  if (former.successorId !== value.id) return former
  return {
    ...former,
    successorId: value.successorId,
    isMerged: former.isMerged && value.isMerged,
  }
}
