import { type Database, readInWorkspace, type WorkspaceTransaction } from '@plantel/db'
import type { IdpBridge } from '@plantel/idp-bridge'
import { type MemberAccess, mayEnter, readMemberAccess } from '@plantel/team'
import type { Request } from 'express'

import { requireBearerToken } from '../bearer-token.ts'
import type { StreamReader } from '../event-stream/event-stream-hub.ts'
import { ProblemError } from '../problem.ts'
import { requestIdOf } from '../request-id.ts'
import { type AllowedOrigins, originRefusal } from './allowed-origins.ts'
import type { ActivityRecorder } from './activity-recorder.ts'

/** The member who looks at the team, let in by a widget token. */
export interface Viewer extends StreamReader {
  access: MemberAccess
}

/** What it takes to let somebody in. */
export interface Doorkeeper {
  db: Database
  bridge: Pick<IdpBridge, 'verifyWidgetToken'>
  activity: Pick<ActivityRecorder, 'note'>
  origins: AllowedOrigins
}

/**
 * Checks the token and that the page is one of the workspace's host, then answers in one read
 * transaction in which the member's access still holds.
 * Refusals: `unauthenticated`, `token-expired` (fetch another one), `forbidden`.
 */
export async function readAsViewer<T>(
  { db, bridge, activity, origins }: Doorkeeper,
  request: Request,
  read: (trx: WorkspaceTransaction, viewer: Viewer) => Promise<T>,
): Promise<T> {
  const token = await bridge.verifyWidgetToken(requireBearerToken(request))
  const { workspaceId, memberId } = token
  const origin = request.get('origin')
  if (origin !== undefined && !(await origins.has(origin, workspaceId))) throw originRefusal()
  const actor = { kind: 'member', id: memberId, requestId: requestIdOf(request) } as const
  const result = await readInWorkspace(db, workspaceId, actor, async (trx) => {
    const access = await readMemberAccess(trx, memberId)
    return read(trx, { ...token, access: requireAccess(access, token.issuedAt) })
  })
  activity.note(workspaceId, memberId)
  return result
}

function requireAccess(access: MemberAccess | undefined, issuedAt: Date): MemberAccess {
  if (access === undefined) throw new ProblemError('unauthenticated', 'The token is for nobody.')
  const answer = mayEnter(access, issuedAt)
  if (answer === 'yes') return access
  if (answer === 'access-ended') {
    throw new ProblemError('token-expired', 'Access was ended after this token was issued.')
  }
  throw new ProblemError('forbidden', 'This member may not come in.', { reason: answer })
}
