import type { IdpBridge } from '@plantel/idp-bridge'
import type { SequencedEvent } from '@plantel/team'

import type { Reaction } from './reaction.ts'

/** Events that end the access of their member. */
export const endsOfAccess: NonNullable<Reaction['types']> = new Set([
  'member.suspended',
  'member.removed',
  'session.revoked',
])

/**
 * Clears away what members' ended access leaves behind. The access itself ended with the transaction
 * that suspended them; telling the host's clients is the business of others.
 */
export function createEndAccessReaction(bridge: Pick<IdpBridge, 'sweepEndedAccess'>): Reaction {
  async function sweep(events: readonly SequencedEvent[], workspaceId: string): Promise<void> {
    const memberIds = events.flatMap(({ memberId }) => memberId ?? [])
    if (memberIds.length > 0) await bridge.sweepEndedAccess(workspaceId, memberIds)
  }
  return {
    consumer: 'end-access',
    hostId: null,
    types: endsOfAccess,
    handle: (event, workspaceId) => sweep([event], workspaceId),
    handleTogether: sweep,
  }
}
