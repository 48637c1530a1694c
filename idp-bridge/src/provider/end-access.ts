import { type Database, inWorkspace, type WorkspaceTransaction } from '@plantel/db'
import { findWorkspace, findWorkspaceOfMember } from '@plantel/team'
import type Provider from 'oidc-provider'

import { describeError, type IdpBridgeLog } from '../log.ts'
import { sendPasswordsGone } from '../passwords/password-store.ts'
import { noteAcknowledged, sendSwept } from '../revocation/revocation-store.ts'
import { endedAccess } from '../sessions/ended-access.ts'
import { sendEndedSessionsGone } from '../sessions/session-store.ts'
import { readMemberEntry } from '../sign-in/member-entry.ts'
import { systemActor } from '../system-actor.ts'
import { findEndedSids, sendEndedArtifactsGone } from './artifact-store.ts'
import { postLogoutToken } from './backchannel-logout.ts'
import { hostIdMetadata } from './client-adapter.ts'

/** A client could not be told that a member's access has ended. */
export class LogoutNotDeliveredError extends Error {
  readonly clientId: string

  constructor(clientId: string, cause: unknown) {
    super(`Back-channel logout was not accepted by ${clientId}.`, { cause })
    this.name = 'LogoutNotDeliveredError'
    this.clientId = clientId
  }
}

/**
 * Deletes what was issued to members before the moment from which it counts, however late: what they signed in to since
 * then stays. Who was removed has no password any more. Contacts nobody. Of a directory's leavers most have nothing to
 * sweep: one flight for all of them.
 */
export async function sweepEndedAccess(
  db: Database,
  workspaceId: string,
  memberIds: readonly string[],
): Promise<void> {
  const sweep = (trx: WorkspaceTransaction): Promise<void> => {
    const ended = endedAccess(trx, memberIds)
    sendPasswordsGone(trx, ended)
    sendEndedSessionsGone(trx, ended)
    sendEndedArtifactsGone(trx, ended)
    sendSwept(trx, ended)
    return trx.settle()
  }
  await inWorkspace(db, workspaceId, systemActor(), sweep, { eager: true })
}

/**
 * Tells one client of the member's host to end its own sessions. While the member may not come in,
 * the logout token names the person and no session: all of theirs end, also those whose provider
 * session is long gone. For a member who is back it names the sessions that ended, and where there
 * are none nothing is sent. OpenID Connect Back-Channel Logout §2.4. May be repeated.
 */
export async function sendLogout(
  { db, provider, log }: { db: Database; provider: Provider; log: IdpBridgeLog },
  clientId: string,
  memberId: string,
): Promise<void> {
  const client = await provider.Client.find(clientId)
  if (client?.backchannelLogoutUri === undefined) return
  const workspaceId = await findWorkspaceOfMember(db, memberId)
  if (workspaceId === undefined) return
  const workspace = await findWorkspace(db, undefined, workspaceId)
  // Other hosts' clients don't know the person.
  if (workspace?.hostId !== client[hostIdMetadata]) return

  const entry = await readMemberEntry(db, workspaceId, memberId)
  const sids =
    entry.answer === 'yes'
      ? await findEndedSids(db, clientId, memberId, entry.access.accessValidFrom)
      : [undefined]
  const outcomes = await Promise.allSettled(
    sids.map((sid) => postLogoutToken(client, memberId, sid)),
  )
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failure === undefined) {
    await noteAcknowledged(db, workspaceId, memberId, clientId)
    return
  }
  const cause: unknown = failure.reason
  log({
    level: 'warn',
    event: 'backchannel-logout.failed',
    clientId,
    memberId,
    workspaceId,
    error: describeError(cause),
  })
  throw new LogoutNotDeliveredError(clientId, cause)
}
