import type { IdpBridge } from '@plantel/idp-bridge'
import type { SequencedEvent } from '@plantel/team'

import type { Reaction } from './reaction.ts'

/**
 * Clears away what a member's ended access leaves behind. The access itself ended with the transaction
 * that suspended them; telling the host's clients is the business of others.
 */
export function createEndAccessReaction(bridge: Pick<IdpBridge, 'sweepEndedAccess'>): Reaction {
  return {
    consumer: 'end-access',
    hostId: null,
    async handle(event) {
      const memberId = leaverOf(event)
      if (memberId !== undefined) await bridge.sweepEndedAccess(memberId)
    },
  }
}

/** The member whose access an event ends. */
export function leaverOf({ type, memberId }: SequencedEvent): string | undefined {
  const endsAccess =
    type === 'member.suspended' || type === 'member.removed' || type === 'session.revoked'
  return endsAccess && memberId !== null ? memberId : undefined
}
