import type { HandoverPart, HandoverRuleKind } from '@plantel/db'

/** What a workspace wants for a department; null is the rule for the rest. */
export interface HandoverRule {
  departmentId: string | null
  kind: HandoverRuleKind
  memberId: string | null
}

/** Somebody who may get conversations. */
export interface Candidate {
  memberId: string
  departmentIds: readonly string[]
  isOnline: boolean
  /** Undefined is unknown: the host has not said so lately. */
  openConversations: number | undefined
}

export interface HandoverSituation {
  leaverId: string
  /** Those that the leaver was in. */
  departments: readonly { id: string; leadMemberId: string | null }[]
  rules: readonly HandoverRule[]
  /** Whoever can come in and has a role. */
  candidates: readonly Candidate[]
}

/** Where nobody has said anything: to the lead, and what belongs to no department to nobody. */
const usualRule = { department: 'lead', rest: 'unassigned' } as const

/**
 * Who gets what: one part for each department of the leaver, and one for the rest. Where the person whom a rule means
 * can not come in, the department's queue gets it, so that nothing is left with the leaver.
 */
export function planHandover(situation: HandoverSituation): HandoverPart[] {
  const { departments, rules } = situation
  const ruleOf = (departmentId: string | null): HandoverRule | undefined =>
    rules.find((rule) => rule.departmentId === departmentId)
  return [
    ...departments.map((department): HandoverPart => {
      const rule = ruleOf(department.id)
      const kind = rule?.kind ?? usualRule.department
      const target = targetOf(situation, kind, department, rule?.memberId ?? null)
      return { departmentId: department.id, by: target.by, to: target.to }
    }),
    (() => {
      const rule = ruleOf(null)
      const kind = rule?.kind ?? usualRule.rest
      const target = targetOf(situation, kind, undefined, rule?.memberId ?? null)
      return { departmentId: null, by: target.by, to: target.to }
    })(),
  ]
}

function targetOf(
  { leaverId, candidates }: HandoverSituation,
  kind: HandoverRuleKind,
  department: { id: string; leadMemberId: string | null } | undefined,
  backupId: string | null,
): Pick<HandoverPart, 'to' | 'by'> {
  const others = candidates.filter(({ memberId }) => memberId !== leaverId)
  const toMember = (memberId: string | null | undefined): Pick<HandoverPart, 'to' | 'by'> =>
    others.some((each) => each.memberId === memberId) && typeof memberId === 'string'
      ? { to: { kind: 'member', memberId }, by: kind }
      : toQueue()
  const toQueue = (): Pick<HandoverPart, 'to' | 'by'> =>
    department === undefined
      ? { to: { kind: 'unassigned' }, by: 'unassigned' }
      : { to: { kind: 'department', departmentId: department.id }, by: 'queue' }
  switch (kind) {
    case 'lead':
      return toMember(department?.leadMemberId)
    case 'member':
      return toMember(backupId)
    case 'least-loaded':
      return toMember(leastLoaded(others, department?.id)?.memberId)
    case 'queue':
      return toQueue()
    case 'unassigned':
      return { to: { kind: 'unassigned' }, by: kind }
    default:
      return kind satisfies never
  }
}

/** Of those who are here; whose load nobody knows comes after everybody whose load is known. */
function leastLoaded(
  candidates: readonly Candidate[],
  departmentId: string | undefined,
): Candidate | undefined {
  return candidates
    .filter(
      ({ isOnline, departmentIds }) =>
        isOnline && (departmentId === undefined || departmentIds.includes(departmentId)),
    )
    .toSorted(
      (a, b) =>
        (a.openConversations ?? Infinity) - (b.openConversations ?? Infinity) ||
        (a.memberId < b.memberId ? -1 : 1),
    )[0]
}
