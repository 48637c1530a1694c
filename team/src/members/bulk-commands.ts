import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { resendInvitation } from '../invitations/invitation-commands.ts'
import { loadMembersWithFacts, lockMembersWithFacts } from '../mapping/member-facts-store.ts'
import type { Grant } from '../mapping/project.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { loadRuleSet, type RuleSet } from '../mapping/rule-set-store.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import {
  type BulkAction,
  judgeInOrder,
  type MemberOutcome,
  prepareAction,
  type PreparedAction,
  type StatusAction,
  type Wish,
} from './bulk-action.ts'
import { decideLocalGrants, isSameDecision } from './decide-local-grants.ts'
import { lockWithOwners, readGuardedMembers, type VersionedMember } from './member-guard-store.ts'
import {
  endMemberships,
  endSessions,
  layAdminHolds,
  liftAdminHolds,
} from './member-status-store.ts'

/** Throws what `actOnMembers` would throw for anybody: what is unknown, or not for this actor to do. */
export async function requireBulkAction(
  trx: WorkspaceTransaction,
  action: BulkAction,
): Promise<void> {
  const actor = await requirePermission(trx, 'members:manage')
  prepareAction(action, actor, await loadRuleSet(trx))
}

/**
 * Does the same with up to a thousand members, each under the guards of the single action; a refusal stops nobody else.
 * With `dryRun` it says the same and writes nothing; `ownersGone` is then what the dry run of the members before answered.
 * Throws `permission-missing`, and what the action names and the workspace lacks.
 */
export async function actOnMembers(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
  action: BulkAction,
  options: { dryRun: boolean; ownersGone?: number } = { dryRun: false },
): Promise<{ outcomes: MemberOutcome[]; ownersGone: number }> {
  if (!options.dryRun) await lockWithOwners(trx, memberIds)
  // Later statements see what the transactions we waited for have committed.
  const actor = await requirePermission(trx, 'members:manage')
  const rules = await loadRuleSet(trx)
  const prepared = prepareAction(action, actor, rules)
  const guarded = await readGuardedMembers(trx, memberIds)
  const outcomes = new Map<string, MemberOutcome>()
  const members = memberIds.flatMap((id) => guarded.get(id) ?? [])
  const { refusals, ownersGone } = judgeInOrder(actor, prepared, members, options.ownersGone)
  const allowed = members.filter(({ id }, index) => {
    const code = refusals[index]
    if (code !== undefined) outcomes.set(id, refused(id, code))
    return code === undefined
  })
  const found = await takeEffect(trx, rules, prepared.effect, allowed, options.dryRun)
  for (const outcome of found) outcomes.set(outcome.memberId, outcome)
  return {
    outcomes: memberIds.map((id) => outcomes.get(id) ?? refused(id, 'member-not-found')),
    ownersGone,
  }
}

function takeEffect(
  trx: WorkspaceTransaction,
  rules: RuleSet,
  effect: PreparedAction['effect'],
  members: readonly VersionedMember[],
  isDryRun: boolean,
): Promise<MemberOutcome[]> {
  switch (effect.kind) {
    case 'status':
      return changeStatus(trx, effect.status, members, isDryRun)
    case 'access':
      return changeAccess(trx, rules, effect.wish, members, isDryRun)
    case 'resend':
      return resend(trx, members, isDryRun)
    default:
      return effect satisfies never
  }
}

const statusWriters: Readonly<Record<StatusAction, typeof layAdminHolds>> = {
  suspend: layAdminHolds,
  reactivate: liftAdminHolds,
  remove: endMemberships,
  'sign-out': endSessions,
}

const isConcerned: Readonly<Record<StatusAction, (member: VersionedMember) => boolean>> = {
  suspend: ({ holds }) => !holds.includes('admin'),
  reactivate: ({ holds }) => holds.includes('admin'),
  remove: () => true,
  'sign-out': () => true,
}

async function changeStatus(
  trx: WorkspaceTransaction,
  status: StatusAction,
  members: readonly VersionedMember[],
  isDryRun: boolean,
): Promise<MemberOutcome[]> {
  const ids = members.filter(isConcerned[status]).map(({ id }) => id)
  if (!isDryRun && ids.length > 0) await statusWriters[status](trx, ids)
  return members.map((member) => decided(member.id, isConcerned[status](member)))
}

async function changeAccess(
  trx: WorkspaceTransaction,
  rules: RuleSet,
  wish: Wish,
  members: readonly VersionedMember[],
  isDryRun: boolean,
): Promise<MemberOutcome[]> {
  const ids = members.map(({ id }) => id)
  const withFacts = isDryRun
    ? await loadMembersWithFacts(trx, rules, ids)
    : (await lockMembersWithFacts(trx, ids)).members
  const decisions = new Map<string, readonly Grant[]>()
  const outcomes = withFacts.map(({ row: { id }, facts }): MemberOutcome => {
    try {
      const after = decideLocalGrants(facts, rules, wish(facts, rules))
      const isChanged = !isSameDecision(facts.localGrants, after)
      if (isChanged) decisions.set(id, after)
      return decided(id, isChanged)
    } catch (error) {
      if (!(error instanceof TeamError)) throw error
      return refused(id, error.code, error.subject)
    }
  })
  if (!isDryRun && decisions.size > 0) {
    await reprojectMembers(
      trx,
      [...decisions.keys()],
      new Set(),
      (facts, _rules, id) => decisions.get(id) ?? facts.localGrants,
    )
  }
  return outcomes
}

async function resend(
  trx: WorkspaceTransaction,
  members: readonly VersionedMember[],
  isDryRun: boolean,
): Promise<MemberOutcome[]> {
  const outcomes: MemberOutcome[] = []
  for (const { id, state } of members) {
    if (state !== 'invited') outcomes.push(refused(id, 'invitation-not-found'))
    else if (isDryRun) outcomes.push(decided(id, true))
    else outcomes.push(await resendOne(trx, id))
  }
  return outcomes
}

async function resendOne(trx: WorkspaceTransaction, memberId: string): Promise<MemberOutcome> {
  await sql`savepoint resend`.execute(trx.query)
  try {
    await resendInvitation(trx, memberId)
    await sql`release savepoint resend`.execute(trx.query)
    return decided(memberId, true)
  } catch (error) {
    if (!(error instanceof TeamError)) throw error
    await sql`rollback to savepoint resend`.execute(trx.query)
    return refused(memberId, error.code, error.subject)
  }
}

function decided(memberId: string, isChanged: boolean): MemberOutcome {
  return { memberId, outcome: isChanged ? 'changed' : 'unchanged', code: null, detail: null }
}

function refused(
  memberId: string,
  code: NonNullable<MemberOutcome['code']>,
  detail?: string,
): MemberOutcome {
  return { memberId, outcome: 'refused', code, detail: detail ?? null }
}
