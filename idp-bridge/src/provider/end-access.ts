import type { Database } from '@plantel/db'
import { findWorkspace, findWorkspaceOfMember, listHostClientIds } from '@plantel/team'
import type Provider from 'oidc-provider'

import { describeError, type IdpBridgeLog } from '../log.ts'
import { deleteMemberSessions } from '../sessions/session-store.ts'
import { deleteMemberArtifacts } from './artifact-store.ts'

/** Some clients could not be told that a member's access has ended. */
export class LogoutNotDeliveredError extends Error {
  readonly clientIds: readonly string[]

  constructor(clientIds: readonly string[], causes: readonly unknown[]) {
    super(`Back-channel logout was not accepted by ${clientIds.join(', ')}.`, {
      cause: new AggregateError(causes),
    })
    this.name = 'LogoutNotDeliveredError'
    this.clientIds = clientIds
  }
}

/**
 * Cleans up after a member whose access has ended, and tells every client of their host to end its
 * own sessions. The logout token names the person and no session: all of theirs end, also those
 * whose provider session is long gone. OpenID Connect Back-Channel Logout §2.4. May be repeated;
 * throws `LogoutNotDeliveredError` after having tried them all.
 */
export async function endAccess(
  { db, provider, log }: { db: Database; provider: Provider; log: IdpBridgeLog },
  memberId: string,
): Promise<void> {
  const workspaceId = await findWorkspaceOfMember(db, memberId)
  if (workspaceId === undefined) return
  await deleteMemberSessions(db, workspaceId, memberId)
  await deleteMemberArtifacts(db, memberId)

  const workspace = await findWorkspace(db, undefined, workspaceId)
  if (workspace === undefined) return
  const clientIds = await listHostClientIds(db, workspace.hostId)
  const outcomes = await Promise.all(
    clientIds.map(async (clientId) => {
      try {
        const client = await provider.Client.find(clientId)
        if (client?.backchannelLogoutUri !== undefined) await sendLogout(client, memberId)
        return undefined
      } catch (error) {
        log({
          level: 'warn',
          event: 'backchannel-logout.failed',
          clientId,
          memberId,
          workspaceId,
          error: describeError(error),
        })
        return { clientId, error }
      }
    }),
  )
  const failures = outcomes.filter((outcome) => outcome !== undefined)
  if (failures.length > 0) {
    throw new LogoutNotDeliveredError(
      failures.map((failure) => failure.clientId),
      failures.map((failure) => failure.error),
    )
  }
}

type ProviderClient = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>

async function sendLogout(client: ProviderClient, memberId: string): Promise<void> {
  // Missing in the library's types.
  const { backchannelLogout } = client as unknown as {
    backchannelLogout: (this: ProviderClient, sub: string, sid?: string) => Promise<void>
  }
  await backchannelLogout.call(client, memberId)
}
