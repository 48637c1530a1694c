import { type Database, inWorkspace } from '@plantel/db'
import { followLeaver } from '@plantel/team'

import type { Reaction } from '../reactions/reaction.ts'

const followed: ReadonlySet<string> = new Set([
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
    async handle(event, workspaceId) {
      if (!followed.has(event.type)) return
      // Under the request that ended the access: the history shows them together.
      const actor = { kind: 'system', id: null, requestId: event.requestId } as const
      await inWorkspace(db, workspaceId, actor, (trx) => followLeaver(trx, event))
    },
  }
}
