import type { WorkspaceTransaction } from '@plantel/db'

import { findDefaultDepartment } from '../departments/department-store.ts'
import { TeamError } from '../errors.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { loadRuleSet } from '../mapping/rule-set-store.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import { countInvitationsLeft } from './invitation-pace.ts'
import {
  type AddressHolder,
  countUsedSeats,
  findAddressHolders,
  findTakenHostUserIds,
  insertGrants,
  insertPeople,
  type JoinKind,
  restorePeople,
  takeTurn,
} from './people-store.ts'
import {
  type PersonDraft,
  type PersonPlan,
  type PersonRefusal,
  type PersonRefusalCode,
  planPerson,
} from './person-plan.ts'

/** What became of one draft; `email` as it was given. */
export type AddedPerson =
  | { outcome: 'added'; email: string; memberId: string; cameBack: boolean }
  | { outcome: 'refused'; email: string; code: PersonRefusalCode; subject: string | null }

/** A draft on its way: planned, or refused already. */
interface Candidate {
  email: string
  plan: PersonPlan | undefined
  refusal: PersonRefusal | undefined
  memberId?: string
  cameBack?: boolean
}

/**
 * Adds people, whatever becomes of the others in the list: each is answered for, in the order given. Somebody who left
 * comes back under their former id. Throws `permission-missing` when the actor may add nobody at all.
 */
export async function addPeople(
  trx: WorkspaceTransaction,
  drafts: readonly PersonDraft[],
  kind: JoinKind,
): Promise<AddedPerson[]> {
  const seats = await takeTurn(trx)
  const actor = await requirePermission(trx, 'members:manage')
  const rules = await loadRuleSet(trx)
  const context = {
    actor,
    rules,
    inviteFields: rules.policies.inviteFields,
    defaultDepartmentId: await findDefaultDepartment(trx),
  }
  const candidates = drafts.map((draft): Candidate => {
    const planned = planPerson(draft, context)
    const { email } = draft
    return 'code' in planned
      ? { email, plan: undefined, refusal: planned }
      : { email, plan: planned, refusal: undefined }
  })
  refuseRepeated(candidates)
  await refuseThoseWhoAreHere(trx, candidates)
  if (seats !== null) {
    refuseBeyond(candidates, seats - (await countUsedSeats(trx)), 'seats-exceeded')
  }
  if (kind === 'invitation') {
    refuseBeyond(candidates, await countInvitationsLeft(trx), 'invitation-quota')
  }
  await write(trx, candidates, kind)
  return candidates.map(answer)
}

function refuseRepeated(candidates: readonly Candidate[]): void {
  const emails = new Set<string>()
  const hostUserIds = new Set<string>()
  for (const candidate of candidates) {
    const { plan } = candidate
    if (plan === undefined || candidate.refusal !== undefined) continue
    const hostUserId = plan.draft.hostUserId
    if (emails.has(plan.emailKey)) candidate.refusal = { code: 'email-repeated' }
    else if (hostUserId !== undefined && hostUserIds.has(hostUserId)) {
      candidate.refusal = { code: 'host-user-taken', subject: hostUserId }
    }
    emails.add(plan.emailKey)
    if (hostUserId !== undefined) hostUserIds.add(hostUserId)
  }
}

async function refuseThoseWhoAreHere(
  trx: WorkspaceTransaction,
  candidates: readonly Candidate[],
): Promise<void> {
  const plans = planned(candidates).map(({ plan }) => plan)
  if (plans.length === 0) return
  const holders = await findAddressHolders(
    trx,
    plans.map(({ emailKey }) => emailKey),
  )
  const taken = await findTakenHostUserIds(
    trx,
    plans.flatMap(({ draft }) => draft.hostUserId ?? []),
  )
  for (const candidate of planned(candidates)) {
    const { plan } = candidate
    const holder = holders.get(plan.emailKey)
    const refusal = refusalOfHolder(holder)
    const { hostUserId } = plan.draft
    if (refusal !== undefined) candidate.refusal = { code: refusal }
    else if (hostUserId !== undefined && taken.has(hostUserId)) {
      candidate.refusal = { code: 'host-user-taken', subject: hostUserId }
    } else if (holder?.member != null) {
      candidate.memberId = holder.member.id
      candidate.cameBack = true
    }
  }
}

function refusalOfHolder(holder: AddressHolder | undefined): PersonRefusalCode | undefined {
  if (holder === undefined) return undefined
  if (holder.member === null) return 'managed-by-directory'
  const { state } = holder.member
  switch (state) {
    case 'active':
    case 'suspended':
      return 'already-member'
    case 'invited':
      return 'already-invited'
    case 'removed':
      return undefined
    default:
      return state satisfies never
  }
}

/** First come, first seated. */
function refuseBeyond(
  candidates: readonly Candidate[],
  free: number,
  code: 'seats-exceeded' | 'invitation-quota',
): void {
  for (const candidate of planned(candidates).slice(Math.max(0, free))) {
    candidate.refusal = { code }
  }
}

async function write(
  trx: WorkspaceTransaction,
  candidates: readonly Candidate[],
  kind: JoinKind,
): Promise<void> {
  const people = planned(candidates)
  const inserted = await insertPeople(
    trx,
    // In the order of their addresses: a directory that adds the same people waits, and never in a circle.
    people
      .filter(({ memberId }) => memberId === undefined)
      .map(({ plan }) => plan)
      .toSorted((left, right) => (left.emailKey < right.emailKey ? -1 : 1)),
    kind,
  )
  await restorePeople(
    trx,
    people.flatMap(({ plan, memberId }) => (memberId === undefined ? [] : [{ memberId, plan }])),
    kind,
  )
  for (const candidate of people) {
    const memberId = candidate.memberId ?? inserted.get(candidate.plan.emailKey)
    if (memberId !== undefined) candidate.memberId = memberId
    // A directory was faster.
    else candidate.refusal = { code: 'already-member' }
  }
  const added = people.flatMap(({ plan: { access }, memberId }) =>
    memberId === undefined ? [] : [{ memberId, access }],
  )
  await insertGrants(trx, added, kind)
  await reprojectMembers(
    trx,
    added.map(({ memberId }) => memberId),
  )
}

type PlannedCandidate = Candidate & { plan: PersonPlan }

function planned(candidates: readonly Candidate[]): PlannedCandidate[] {
  return candidates.filter(
    (candidate): candidate is PlannedCandidate =>
      candidate.plan !== undefined && candidate.refusal === undefined,
  )
}

function answer({ email, refusal, memberId, cameBack }: Candidate): AddedPerson {
  if (refusal !== undefined) {
    return { outcome: 'refused', email, code: refusal.code, subject: refusal.subject ?? null }
  }
  if (memberId === undefined) throw new Error('Somebody was neither added nor refused.')
  return { outcome: 'added', email, memberId, cameBack: cameBack ?? false }
}

/** The only person of a request, or the refusal as an error. */
export function requireAdded(people: readonly AddedPerson[]): string {
  const [person] = people
  if (person?.outcome === 'added') return person.memberId
  if (person === undefined) throw new Error('Nobody was to be added.')
  throw new TeamError(person.code, person.subject ?? undefined)
}
