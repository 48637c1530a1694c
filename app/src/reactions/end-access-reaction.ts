import { type IdpBridge, LogoutNotDeliveredError } from '@plantel/idp-bridge'

import type { Logger } from '../logger.ts'
import type { Reaction } from './reaction.ts'

/** A client that can't be told for this long must not keep others from being told of their leavers. */
const giveUpAfterMs = 60 * 60 * 1_000

/**
 * Clears away what a member's ended access leaves behind and tells every client. The access itself ended
 * with the transaction that suspended them: a client that is never told is refused at its next request.
 */
export function createEndAccessReaction(
  bridge: Pick<IdpBridge, 'endAccess'>,
  log: Logger,
): Reaction {
  return {
    consumer: 'end-access',
    hostId: null,
    async handle({ type, memberId, occurredAt }, workspaceId) {
      if (memberId === null) return
      if (type !== 'member.suspended' && type !== 'member.removed') return
      try {
        await bridge.endAccess(memberId)
      } catch (error) {
        if (!(error instanceof LogoutNotDeliveredError)) throw error
        if (Date.now() - occurredAt.getTime() < giveUpAfterMs) throw error
        log.error({ err: error, memberId, workspaceId }, 'back-channel logout was given up')
      }
    },
  }
}
