import {
  type Actor,
  type Database,
  inWorkspace,
  readInWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import type { IdpBridge } from '@plantel/idp-bridge'
import { type MemberAccess, mayEnter, readMemberAccess } from '@plantel/team'
import type { Request } from 'express'

import { requireBearerToken } from '../bearer-token.ts'
import type { StreamReader } from '../event-stream/event-stream-hub.ts'
import { ProblemError } from '../problem.ts'
import { requestIdOf } from '../request-id.ts'
import type { ActivityRecorder } from './activity-recorder.ts'
import { type AllowedOrigins, originRefusal } from './allowed-origins.ts'

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
export function readAsViewer<T>(
  door: Doorkeeper,
  request: Request,
  read: (trx: WorkspaceTransaction, viewer: Viewer) => Promise<T>,
): Promise<T> {
  return letIn(door, request, readInWorkspace, read)
}

/** The same for a request that changes something; what it may change is for the commands to say. */
export function actAsViewer<T>(
  door: Doorkeeper,
  request: Request,
  act: (trx: WorkspaceTransaction, viewer: Viewer) => Promise<T>,
): Promise<T> {
  return letIn(door, request, inWorkspace, act)
}

async function letIn<T>(
  { db, bridge, activity, origins }: Doorkeeper,
  request: Request,
  open: (
    db: Database,
    workspaceId: string,
    actor: Actor,
    work: (trx: WorkspaceTransaction) => Promise<T>,
  ) => Promise<T>,
  work: (trx: WorkspaceTransaction, viewer: Viewer) => Promise<T>,
): Promise<T> {
  const token = await bridge.verifyWidgetToken(requireBearerToken(request))
  const { workspaceId, memberId } = token
  const origin = request.get('origin')
  if (origin !== undefined && !(await origins.has(origin, workspaceId))) throw originRefusal()
  const actor = { kind: 'member', id: memberId, requestId: requestIdOf(request) } as const
  const result = await open(db, workspaceId, actor, async (trx) => {
    const access = await readMemberAccess(trx, memberId)
    return work(trx, { ...token, access: requireAccess(access, token.issuedAt) })
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
