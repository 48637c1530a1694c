import { type Database, inWorkspace } from '@plantel/db'
import { followLeaver } from '@plantel/team'

import type { Reaction } from '../reactions/reaction.ts'

const followed: NonNullable<Reaction['types']> = new Set([
  'member.suspended',
  'member.removed',
  'member.reactivated',
  'member.activated',
])

/** Has a leaver's conversations handed over, and takes that back for whoever comes back in time. */
export function createHandoverReaction(db: Database): Reaction {
  return {
    consumer: 'handover',
    hostId: null,
    types: followed,
    async handle(event, workspaceId) {
      // Under the request that ended the access: the history shows them together.
      const actor = { kind: 'system', id: null, requestId: event.requestId } as const
      await inWorkspace(db, workspaceId, actor, (trx) => followLeaver(trx, event))
    },
  }
}
