import type { WorkspaceTransaction } from '@plantel/db'

import type { SequencedEvent } from '../history/event-queries.ts'
import {
  cancelHandovers,
  findHandovers,
  holdNames,
  insertHandovers,
  type Leaver,
  readSituations,
  recordHandovers,
} from './handover-store.ts'
import { planHandover } from './plan-handover.ts'

/** Somebody whose access ended, or who has it back. */
type Turned = SequencedEvent & { memberId: string }

/**
 * What follows from events: whoever lost their access has their conversations handed over by the rules, and whoever has it
 * back keeps what is not moved yet. The same event twice does nothing the second time. Each is recorded under the request
 * of its event, so that the history shows them together.
 */
export async function followLeavers(
  trx: WorkspaceTransaction,
  events: readonly SequencedEvent[],
): Promise<void> {
  let rest = events.filter(isTurn)
  while (rest.length > 0) {
    // Of each member one after the other, in the order of the events.
    const next = new Map<string, Turned>()
    const later: Turned[] = []
    for (const event of rest) {
      if (next.has(event.memberId)) later.push(event)
      else next.set(event.memberId, event)
    }
    await followAtOnce(trx, [...next.values()])
    rest = later
  }
}

/** Whether anything follows: a newcomer has left nothing, and who was never in has nothing. */
export function isTurn(event: SequencedEvent): event is Turned {
  const { type, memberId } = event
  if (memberId === null) return false
  const before = beforeOf(event)
  if (endsAccess(type)) return before?.state === 'active'
  return (type === 'member.reactivated' || type === 'member.activated') && before != null
}

function endsAccess(type: SequencedEvent['type']): boolean {
  return type === 'member.suspended' || type === 'member.removed'
}

function beforeOf({ payload }: SequencedEvent): { state?: string; departments?: string[] } | null {
  return payload['before'] as { state?: string; departments?: string[] } | null
}

/** One event of each member. */
async function followAtOnce(trx: WorkspaceTransaction, events: readonly Turned[]): Promise<void> {
  const memberIds = events.map(({ memberId }) => memberId)
  // Before the handovers, as whoever suspends somebody takes them.
  await holdNames(trx, memberIds)
  const earliest = new Date(Math.min(...events.map(({ occurredAt }) => occurredAt.getTime())))
  const positions = events.map(({ position }) => position)
  const known = Map.groupBy(
    await findHandovers(trx, memberIds, positions, earliest),
    (row) => row.member_id,
  )
  const leavers: (Leaver & { event: Turned })[] = []
  const overtaken: string[] = []
  for (const event of events) {
    const { memberId, type, position, occurredAt } = event
    const own = known.get(memberId) ?? []
    const open = own.find(({ state }) => state === 'requested')
    if (endsAccess(type)) {
      const isKnown = own.some(
        (row) =>
          row === open ||
          row.cause_position === position ||
          // Chosen by whoever ended the access, and over already where the host was quicker than we.
          (row.cause === 'chosen' && row.requested_at >= occurredAt),
      )
      if (isKnown) continue
      leavers.push({ event, memberId, departmentNames: beforeOf(event)?.departments ?? [] })
    } else if (open?.cause_position != null && BigInt(open.cause_position) < BigInt(position)) {
      // One that began after this is about a later end.
      overtaken.push(open.id)
    }
  }
  const cancelled = overtaken.length === 0 ? [] : await cancelHandovers(trx, overtaken)
  const requested = leavers.length === 0 ? [] : await request(trx, leavers)
  const requestOf = new Map(events.map(({ memberId, requestId }) => [memberId, requestId]))
  await recordHandovers(trx, [...cancelled, ...requested], requestOf)
}

async function request(
  trx: WorkspaceTransaction,
  leavers: readonly (Leaver & { event: Turned })[],
): Promise<Awaited<ReturnType<typeof insertHandovers>>> {
  const situations = await readSituations(trx, leavers)
  const handovers = leavers.flatMap(({ memberId, event }, index) => {
    const situation = situations[index]
    if (situation === undefined) return []
    const plan = planHandover(situation)
    return [{ memberId, cause: event.type, causePosition: event.position, plan }]
  })
  return insertHandovers(trx, handovers)
}
