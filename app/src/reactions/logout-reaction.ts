/** Back-channel logout. OpenID Connect Back-Channel Logout 1.0 §2.5. */
import { type IdpBridge, LogoutNotDeliveredError } from '@plantel/idp-bridge'
import type { LogoutClient } from '@plantel/team'

import type { Logger } from '../logger.ts'
import { endsOfAccess } from './end-access-reaction.ts'
import type { Reaction } from './reaction.ts'

/** A client that can't be told for this long must not be kept from hearing of later leavers. */
const giveUpAfterMs = 60 * 60 * 1_000

/**
 * Tells one client of everybody whose access ends; each client has its own, so that none waits for
 * another. One that is never told is refused at its next request.
 */
export function createLogoutReaction(
  bridge: Pick<IdpBridge, 'sendLogout'>,
  client: LogoutClient,
  log: Logger,
): Reaction {
  return {
    consumer: `logout:${client.id}`,
    hostId: client.hostId,
    types: endsOfAccess,
    async handle({ memberId, occurredAt }, workspaceId, now) {
      if (memberId === null || occurredAt < client.createdAt) return
      try {
        await bridge.sendLogout(client.id, memberId)
      } catch (error) {
        if (!(error instanceof LogoutNotDeliveredError)) throw error
        if (now.getTime() - occurredAt.getTime() < giveUpAfterMs) throw error
        const lost = { err: error, clientId: client.id, memberId, workspaceId }
        log.error(lost, 'back-channel logout was given up')
      }
    },
  }
}
