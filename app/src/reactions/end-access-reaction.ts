import type { IdpBridge } from '@plantel/idp-bridge'

import type { Reaction } from './reaction.ts'

/** Events that end the access of their member. */
export const endsOfAccess: NonNullable<Reaction['types']> = new Set([
  'member.suspended',
  'member.removed',
  'session.revoked',
])

/**
 * Clears away what a member's ended access leaves behind. The access itself ended with the transaction
 * that suspended them; telling the host's clients is the business of others.
 */
export function createEndAccessReaction(bridge: Pick<IdpBridge, 'sweepEndedAccess'>): Reaction {
  return {
    consumer: 'end-access',
    hostId: null,
    types: endsOfAccess,
    async handle({ memberId }) {
      if (memberId !== null) await bridge.sweepEndedAccess(memberId)
    },
  }
}
