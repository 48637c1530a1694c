import {
  type Actor,
  type Database,
  inWorkspace,
  readInWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import type { IdpBridge } from '@plantel/idp-bridge'
import { type MemberAccess, mayEnter, readMemberAccess } from '@plantel/team'

import type { StreamReader } from '../event-stream/event-stream-hub.ts'
import type { Api } from '../operations/api.ts'
import { type DefineOperation, defineOperation } from '../operations/operation.ts'
import type { WorkspaceCaller } from '../operations/workspace-operation.ts'
import { ProblemError } from '../problem.ts'
import { requestIdOf } from '../request-id.ts'
import type { ActivityRecorder } from './activity-recorder.ts'
import { allowCredentials, type AllowedOrigins, originRefusal } from './allowed-origins.ts'
import { refuseOtherMember, requireWidgetToken } from './widget-cookie.ts'

/** The member who looks at the team, let in by a widget token. */
export interface Viewer extends StreamReader {
  access: MemberAccess
}

/** A member's browser; in each transaction their access still holds. */
export interface TeamCaller extends WorkspaceCaller<Viewer> {
  /** The workspace's. */
  id: string
}

/** An operation of the Team API only. */
export const teamOperation: DefineOperation<TeamCaller> = defineOperation<TeamCaller>()

/** What it takes to let somebody in. */
export interface Doorkeeper {
  db: Database
  bridge: Pick<IdpBridge, 'verifyWidgetToken'>
  activity: Pick<ActivityRecorder, 'note'>
  origins: AllowedOrigins
  /** Name of the cookie that may hold the token; undefined is no cookie mode. */
  widgetCookie?: string | undefined
}

type Open = <T>(
  db: Database,
  workspaceId: string,
  actor: Actor,
  work: (trx: WorkspaceTransaction) => Promise<T>,
) => Promise<T>

/** Whether they may come in travels with the begin. */
const readEagerly: Open = (db, workspaceId, actor, work) =>
  readInWorkspace(db, workspaceId, actor, work, { eager: true })

/**
 * Lets in who has a widget token, from a page of the workspace's host.
 * Refusals: `unauthenticated`, `token-expired` (fetch another one), `forbidden`.
 */
export function createTeamDoor({
  db,
  bridge,
  activity,
  origins,
  widgetCookie,
}: Doorkeeper): Api<TeamCaller>['identify'] {
  return async (request) => {
    const token = await bridge.verifyWidgetToken(requireWidgetToken(request, widgetCookie))
    const { workspaceId, memberId } = token
    const origin = request.get('origin')
    if (origin !== undefined && !(await origins.has(origin, workspaceId))) {
      // Another host's page is not even told that this browser has a cookie.
      request.res?.removeHeader(allowCredentials)
      throw originRefusal()
    }
    refuseOtherMember(request, memberId)
    const actor = { kind: 'member', id: memberId, requestId: requestIdOf(request) } as const

    async function letIn<T>(
      open: Open,
      work: (trx: WorkspaceTransaction, viewer: Viewer) => Promise<T>,
    ): Promise<T> {
      const result = await open(db, workspaceId, actor, async (trx) => {
        const access = await readMemberAccess(trx, memberId)
        return work(trx, { ...token, access: requireAccess(access, token.issuedAt) })
      })
      activity.note(workspaceId, memberId)
      return result
    }

    return {
      callerId: memberId,
      bucketId: memberId,
      confirm: () => letIn(readEagerly, () => Promise.resolve()),
      open: (beforeWork) => ({
        id: workspaceId,
        read: (work) => letIn(readEagerly, work),
        write: (work) =>
          letIn(inWorkspace, async (trx, viewer) => {
            await beforeWork(trx.query)
            return work(trx, viewer)
          }),
      }),
    }
  }
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
