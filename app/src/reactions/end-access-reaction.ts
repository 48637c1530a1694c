import type { IdpBridge } from '@plantel/idp-bridge'

import type { Reaction } from './reaction.ts'

/**
 * Clears away what a member's ended access leaves behind and tells every client. The access itself ended
 * with the transaction that suspended them.
 */
export function createEndAccessReaction(bridge: Pick<IdpBridge, 'endAccess'>): Reaction {
  return {
    consumer: 'end-access',
    concerns: () => Promise.resolve(true),
    async handle({ type, memberId }) {
      if (memberId === null) return
      if (type === 'member.suspended' || type === 'member.removed') await bridge.endAccess(memberId)
    },
  }
}
