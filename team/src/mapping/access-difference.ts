import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { inSlices } from '../in-slices.ts'
import type { Permission } from '../permissions/catalogue.ts'
import { describeAccess } from './member-change.ts'
import { type MemberWithFacts, selectUnsettledFacts } from './member-facts-store.ts'
import { type MemberAccess, type MemberFacts, project } from './project.ts'
import { heldRetired, settleRetired } from './retired-value.ts'
import { decisionsText } from './rule-content.ts'
import {
  type Administrators,
  createRuleDifference,
  type DescribedAccess,
  type RuleDifference,
} from './rule-difference.ts'
import type { RuleSet } from './rule-set-store.ts'
import { isTouched, type TouchedMembers, withGroupsBelow } from './touched-members.ts'

/** A change that has not been made: what holds now, what would hold, and whom it may concern. */
export interface ProposedChange {
  touched: TouchedMembers
  before: RuleSet
  after: RuleSet
  /** Shows a member although their role, departments and channels stay. */
  isTold?: (before: MemberAccess) => boolean
  /** What the change is beside the rule sets; another one has another hash. */
  about?: string
  /** A role that can do something else afterwards, by key. */
  editedRole?: { key: string; permissions: readonly string[] }
}

/**
 * Who would gain and who would lose, computed by the function that applies the change. Reads only and takes no lock: it
 * neither waits for a directory that syncs nor holds it up. Its memory does not grow with the members, except, where
 * seats are limited, by those who need one.
 */
export async function computeDifference(
  trx: WorkspaceTransaction,
  change: ProposedChange,
): Promise<RuleDifference> {
  const { before, after, isTold = () => false } = change
  const touched = after.seats === null ? change.touched : { ...change.touched, all: true }
  const administrators = await readAdministrators(trx, change.editedRole)
  const decided = [change.about, decisionsText(before), decisionsText(after)]
  const collector = createRuleDifference(JSON.stringify(decided), administrators)
  const compare = createComparison(before, after)
  const waiting =
    after.seats === null ? undefined : await findWaiting(trx, after, after.seats, touched)
  await forEachTouched(trx, [before, after], touched, ({ row, facts, grants }) => {
    const waitsForSeat = waiting?.has(row.id) ?? false
    const { had, has } = compare(facts, waitsForSeat, grants)
    collector.add({ id: row.id, displayName: row.display_name }, had, has, isTold(had.access))
    collector.addUnknownNames(has.access.unknownNames)
  })
  return collector.finish()
}

async function readAdministrators(
  { query, workspaceId }: WorkspaceTransaction,
  edited: ProposedChange['editedRole'],
): Promise<Administrators> {
  const { rows } = await sql<{ key: string; people: number }>`
    select r.key, (select coalesce(sum(c.n), 0)::int from member_counts c
      where c.workspace_id = r.workspace_id and c.role_id = r.id and c.state = 'active') as people
    from roles r
    where r.workspace_id = ${workspaceId} and ${administration} = any(r.permissions)`.execute(query)
  const before = new Set(rows.map(({ key }) => key))
  const after = new Set(before)
  if (edited?.permissions.includes(administration) === true) after.add(edited.key)
  else if (edited !== undefined) after.delete(edited.key)
  return { before, after, count: rows.reduce((sum, { people }) => sum + people, 0) }
}

const administration: Permission = 'members:manage'

interface ProjectedAccess extends DescribedAccess {
  access: MemberAccess
}

interface Compared {
  had: ProjectedAccess
  has: ProjectedAccess
}

/** More different circumstances than this are projected again rather than kept. */
const maxRemembered = 5_000

/** Projects and describes with both rule sets; people about whom the same is known are projected once. */
function createComparison(
  before: RuleSet,
  after: RuleSet,
): (facts: MemberFacts, waitsForSeat: boolean, stored: MemberWithFacts['grants']) => Compared {
  const remembered = new Map<string, Compared>()
  return (facts, waitsForSeat, stored) => {
    const heldBefore = heldRetired(stored, before)
    const heldAfter = heldRetired(stored, after)
    const attributes = facts.directory === null ? null : [...facts.directory.attributes]
    const key = JSON.stringify([facts, attributes, waitsForSeat, heldBefore, heldAfter])
    const known = remembered.get(key)
    if (known !== undefined) return known
    if (remembered.size >= maxRemembered) remembered.clear()
    const compared = {
      had: projected(facts, heldBefore, before),
      has: projected({ ...facts, waitsForSeat }, heldAfter, after),
    }
    remembered.set(key, compared)
    return compared
  }
}

function projected(facts: MemberFacts, held: readonly string[], rules: RuleSet): ProjectedAccess {
  const access = project(settleRetired(facts, held, rules), rules)
  const payload = describeAccess(access, rules)
  const waitsForSeat = access.noRoleReason === 'no_seat'
  return { access, payload, text: JSON.stringify(payload), waitsForSeat }
}

const pageSize = 150

/** Hands out the members concerned one by one, in order of their ids, with what either rule set looks at. */
async function forEachTouched(
  trx: WorkspaceTransaction,
  ruleSets: readonly RuleSet[],
  touched: TouchedMembers,
  work: (member: MemberWithFacts) => void,
): Promise<void> {
  const reads = {
    readsGroupNames: ruleSets.some((rules) => rules.readsGroupNames),
    attributes: [...new Set(ruleSets.flatMap((rules) => rules.attributes))],
    retired: new Map(ruleSets.flatMap((rules) => [...rules.retired])),
  }
  const condition = isTouched(await withGroupsBelow(trx, touched))
  const load = (after: string): Promise<MemberWithFacts[]> =>
    selectUnsettledFacts(trx, reads, sql`m.id > ${after} and ${condition}`, {
      grants: 'by-people',
      limit: pageSize,
    })
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    // The database rests while these are projected: whoever asks meanwhile finds it, or us, with time for them.
    const members = await load(after)
    await inSlices(members, work)
    const end = members.at(-1)
    if (end === undefined) return
    after = end.row.id
    trx.giveWay()
  }
}

/** Who would find no seat: everybody who would need one in their order, newcomers last. */
async function findWaiting(
  trx: WorkspaceTransaction,
  rules: RuleSet,
  limit: number,
  touched: TouchedMembers,
): Promise<Set<string>> {
  const queue: { id: string; since: number }[] = []
  let owners = 0
  await forEachTouched(trx, [rules], touched, ({ row, seatSince, facts, grants }) => {
    const settled = settleRetired(facts, heldRetired(grants, rules), rules)
    const { seatClaim } = project({ ...settled, waitsForSeat: false }, rules)
    if (seatClaim === 'owner') owners += 1
    if (seatClaim === 'seat') queue.push({ id: row.id, since: seatSince ?? Infinity })
  })
  const waiting = queue
    // Members come in order of their ids, which decides between equals.
    .toSorted((left, right) => (left.since === right.since ? 0 : left.since - right.since))
    .slice(Math.max(0, limit - owners))
  return new Set(waiting.map(({ id }) => id))
}
