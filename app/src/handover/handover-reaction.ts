import { type Database, inWorkspace } from '@plantel/db'
import { followLeavers, isTurn, type SequencedEvent } from '@plantel/team'

import type { Reaction } from '../reactions/reaction.ts'

const followed: NonNullable<Reaction['types']> = new Set([
  'member.suspended',
  'member.removed',
  'member.reactivated',
  'member.activated',
])

/** Has leavers' conversations handed over, and takes that back for whoever comes back in time. */
export function createHandoverReaction(db: Database): Reaction {
  async function follow(events: readonly SequencedEvent[], workspaceId: string): Promise<void> {
    const turns = events.filter(isTurn)
    const [first] = turns
    // Most are newcomers: for them nothing is asked.
    if (first === undefined) return
    const actor = { kind: 'system', id: null, requestId: first.requestId } as const
    await inWorkspace(db, workspaceId, actor, (trx) => followLeavers(trx, turns), { eager: true })
  }
  return {
    consumer: 'handover',
    hostId: null,
    types: followed,
    handle: (event, workspaceId) => follow([event], workspaceId),
    handleTogether: follow,
  }
}
