import type { WorkspaceTransaction } from '@plantel/db'

import { type Change, recordChanges } from '../history/record-change.ts'
import { inSlices } from '../in-slices.ts'
import { noteOwners } from '../workspaces/owner-loss.ts'
import { memberChange } from './member-change.ts'
import { lockMembersWithFacts, type LockedMembers } from './member-facts-store.ts'
import { type Grant, type MemberFacts, project } from './project.ts'
import { type ProjectedMember, sendProjection, writeProjections } from './projection-store.ts'
import { settleRetired } from './retired-value.ts'
import type { RuleSet } from './rule-set-store.ts'
import { claimOf, type SeatClaim, settleSeats } from './seat-store.ts'

/** How many are projected with one set of statements: so few that other requests are not kept waiting meanwhile. */
export const batchSize = 175

/** So few that all that is written of them travels together. */
const fewMembers = 50

type Decide = (facts: MemberFacts, rules: RuleSet, memberId: string) => readonly Grant[]

/**
 * Gives members what directory, rules and people's decisions say they should have now: computes it with `project`,
 * writes the difference set-based and records what changed. `alsoChanged` are members whose profile was written
 * in this transaction, so that the host hears of it even when their access stays. `decide` gives other grants by people
 * than the stored ones.
 */
export async function reprojectMembers(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
  alsoChanged: ReadonlySet<string> = new Set(),
  decide?: Decide,
): Promise<void> {
  const sorted = [...new Set(memberIds)].toSorted()
  for (let start = 0; start < sorted.length; start += batchSize) {
    const locked = await lockMembersWithFacts(trx, sorted.slice(start, start + batchSize))
    await recordChanges(trx, await reprojectLocked(trx, locked, alsoChanged, decide))
  }
}

/** The same of members whom the transaction has, as one batch; answers what is to be recorded. */
export async function reprojectLocked(
  trx: WorkspaceTransaction,
  { members, rules }: LockedMembers,
  alsoChanged: ReadonlySet<string> = new Set(),
  decide?: Decide,
): Promise<Change[]> {
  // Whoever needs a seat waits for the line of seats, which is ours now.
  if (rules.seats !== null) trx.hurry()
  const projected = await inSlices(members, (member) => {
    const localGrants = decide?.(member.facts, rules, member.row.id) ?? member.facts.localGrants
    // What was retired between the decision and the lock gives way too.
    const facts = settleRetired({ ...member.facts, localGrants }, [], rules)
    return { member, facts, access: project(facts, rules) }
  })
  const seated = await seat(trx, projected, rules)
  const changes = await inSlices(seated, ({ member, access }) =>
    memberChange(member, access, {
      rules,
      profileChanged: alsoChanged.has(member.row.id),
    }),
  )
  if (seated.length > fewMembers) await writeProjections(trx, seated, rules)
  else sendProjection(trx, seated, rules)
  const ofOwners = seated.some((each) => movesOwner(each, rules)) ? await noteOwners(trx) : []
  return [...changes.flat(), ...ofOwners]
}

/** Whether somebody becomes an active owner or is one no longer. */
function movesOwner({ member: { row }, access }: ProjectedMember, { roles }: RuleSet): boolean {
  const wasOwner = row.state === 'active' && roles.get(row.role_id ?? '')?.isOwner === true
  return wasOwner !== (access.state === 'active' && access.seatClaim === 'owner')
}

interface Candidate extends ProjectedMember {
  facts: MemberFacts
}

/** Where seats are limited, those who now have one or have lost theirs are projected too, whoever they are. */
async function seat(
  trx: WorkspaceTransaction,
  projected: readonly Candidate[],
  rules: RuleSet,
): Promise<readonly ProjectedMember[]> {
  if (rules.seats === null) return projected
  const claims = projected.flatMap(({ member, access }): SeatClaim[] =>
    claimOf(member.seat) === access.seatClaim
      ? []
      : [{ memberId: member.row.id, claim: access.seatClaim }],
  )
  if (claims.length === 0) return projected
  const moved = new Set(await settleSeats(trx, rules.seats, claims))
  const here = new Set(projected.map(({ member }) => member.row.id))
  const isNew = new Set(claims.filter(({ claim }) => claim === 'seat').map((each) => each.memberId))
  const seated = projected.map(({ member, facts, access }) => {
    const { id } = member.row
    // Whoever comes to need a seat waits until the line has moved to them.
    const waited = claimOf(member.seat) === 'seat' ? facts.waitsForSeat : isNew.has(id)
    const waitsForSeat = moved.has(id) ? !waited : waited
    return waitsForSeat === facts.waitsForSeat
      ? { member, access }
      : { member, access: project({ ...facts, waitsForSeat }, rules) }
  })
  const others = [...moved].filter((id) => !here.has(id))
  if (others.length === 0) return seated
  const { members } = await lockMembersWithFacts(trx, others)
  const projectedOthers = members
    .map((member) => ({ member, access: project(member.facts, rules) }))
    // Whom the rules of now give another claim has their turn still, which settles it: they stay as they are until then.
    .filter(({ member, access }) => claimOf(member.seat) === access.seatClaim)
  return [...seated, ...projectedOthers]
}
