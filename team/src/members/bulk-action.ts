import { TeamError, type TeamErrorCode } from '../errors.ts'
import { type MemberFacts, project } from '../mapping/project.ts'
import type { RuleSet } from '../mapping/rule-set-store.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'
import type { AccessWish } from './decide-local-grants.ts'
import { findChannel, findDepartment, findGrantableRole } from './find-access.ts'
import {
  type GuardedMember,
  type MemberAction,
  type MemberRefusal,
  refusalOf,
  refusalOfSupervisor,
  type TeamActor,
} from './member-guard.ts'

/** What can be done with many members at once. Roles and channels by id or key, departments by id or name. */
export type BulkAction =
  | { kind: 'suspend' | 'reactivate' | 'remove' | 'sign-out' | 'resend-invitation' }
  | { kind: 'set-role'; role: string }
  | { kind: 'add-departments' | 'remove-departments'; departments: readonly string[] }
  | { kind: 'add-channels' | 'remove-channels'; channels: readonly string[] }
  | { kind: 'set-supervisor'; supervisor: boolean }

export const bulkActionKinds: readonly BulkAction['kind'][] = [
  'suspend',
  'reactivate',
  'remove',
  'sign-out',
  'resend-invitation',
  'set-role',
  'add-departments',
  'remove-departments',
  'add-channels',
  'remove-channels',
  'set-supervisor',
]

/** What became of one member. */
export interface MemberOutcome {
  memberId: string
  outcome: 'changed' | 'unchanged' | 'refused'
  /** Why they were refused. */
  code: TeamErrorCode | null
  /** Of what: the role or department that a directory decides about. */
  detail: string | null
}

export type StatusAction = 'suspend' | 'reactivate' | 'remove' | 'sign-out'

/** What a member should have, from what they have. */
export type Wish = (facts: MemberFacts, rules: RuleSet) => AccessWish

/** An action as it is understood in a workspace, by somebody who may do it with some member. */
export interface PreparedAction {
  guard: MemberAction
  /** Whoever is an owner is none afterwards. */
  endsOwnership: boolean
  effect:
    | { kind: 'status'; status: StatusAction }
    | { kind: 'access'; wish: Wish }
    | { kind: 'resend' }
}

/** Looks up what an action names. Throws what is unknown or not the actor's to give. */
export function prepareAction(
  action: BulkAction,
  actor: TeamActor,
  rules: RuleSet,
): PreparedAction {
  switch (action.kind) {
    case 'suspend':
    case 'reactivate':
    case 'remove':
    case 'sign-out':
      return {
        guard: action.kind,
        endsOwnership: action.kind === 'suspend' || action.kind === 'remove',
        effect: { kind: 'status', status: action.kind },
      }
    case 'resend-invitation':
      // A link is as good as being here.
      return { guard: 'remove', endsOwnership: false, effect: { kind: 'resend' } }
    case 'set-role': {
      const role = findGrantableRole(rules, action.role, actor)
      return {
        ...access('change-role', () => ({ roleId: role.id })),
        endsOwnership: role.key !== ownerRoleKey,
      }
    }
    case 'add-departments':
    case 'remove-departments': {
      const ids = action.departments.map((wanted) => findDepartment(rules, wanted))
      const isAdded = action.kind === 'add-departments'
      return access('change-departments', (facts, rules) => ({
        departmentIds: combine(heldIds(facts, rules, 'department'), ids, isAdded),
      }))
    }
    case 'add-channels':
    case 'remove-channels': {
      const ids = action.channels.map((wanted) => findChannel(rules, wanted))
      const isAdded = action.kind === 'add-channels'
      return access('change-channels', (facts, rules) => ({
        channelIds: combine(heldIds(facts, rules, 'channel'), ids, isAdded),
      }))
    }
    case 'set-supervisor': {
      const refusal = refusalOfSupervisor(actor)
      if (refusal !== undefined) throw new TeamError(refusal)
      const { supervisor } = action
      return access('change-supervisor', () => ({ supervisor }))
    }
    default:
      return action satisfies never
  }
}

function access(guard: MemberAction, wish: Wish): PreparedAction {
  return { guard, endsOwnership: false, effect: { kind: 'access', wish } }
}

function heldIds(facts: MemberFacts, rules: RuleSet, kind: 'department' | 'channel'): string[] {
  return project(facts, rules).grants.flatMap((grant) =>
    grant.kind === kind && grant.effective && grant.valueId !== null ? [grant.valueId] : [],
  )
}

function combine(held: readonly string[], ids: readonly string[], isAdded: boolean): string[] {
  return isAdded ? [...held, ...ids] : held.filter((id) => !ids.includes(id))
}

/**
 * Says of each member, one after the other, why the action is refused, or undefined. Whoever ends ownership counts: of the
 * last two owners the second stays. `ownersGone` are those whom earlier members of the same action leave fewer.
 */
export function judgeInOrder(
  actor: TeamActor,
  { guard, endsOwnership }: PreparedAction,
  members: readonly (GuardedMember & { activeOwners: number })[],
  ownersGone = 0,
): { refusals: (MemberRefusal | undefined)[]; ownersGone: number } {
  let gone = ownersGone
  const refusals = members.map((member) => {
    const isActiveOwner = member.state === 'active' && member.role?.key === ownerRoleKey
    const isLastActiveOwner = isActiveOwner && endsOwnership && member.activeOwners - gone <= 1
    const refusal = refusalOf(actor, guard, { ...member, isLastActiveOwner })
    if (refusal === undefined && isActiveOwner && endsOwnership) gone += 1
    return refusal
  })
  return { refusals, ownersGone: gone }
}
