import { type Database, readInWorkspace } from '@plantel/db'
import type { IdpBridge } from '@plantel/idp-bridge'
import { findMemberByHostUser, TeamError } from '@plantel/team'
import type { RequestHandler } from 'express'
import { z } from 'zod'

import { parseRequest } from '../parse-request.ts'
import { asHost, requireWorkspace } from './host-call.ts'

const workspace = z.string().min(1).max(100)

const widgetTokenRequest = z.union(
  [
    z.strictObject({ workspace, member: z.string().min(1).max(100) }),
    z.strictObject({ workspace, hostUser: z.string().min(1).max(200) }),
  ],
  'must name a workspace and either member or hostUser',
)

/** `POST /widget-tokens`: lets one member's browser call the Team API for a few minutes. */
export function mintWidgetTokenRoute(
  db: Database,
  bridge: Pick<IdpBridge, 'mintWidgetToken'>,
): RequestHandler {
  return asHost(db, async (caller, request, response) => {
    const wanted = parseRequest(widgetTokenRequest, request.body)
    const { id } = await requireWorkspace(db, caller, wanted.workspace)
    const memberId =
      'member' in wanted
        ? wanted.member
        : await readInWorkspace(db, id, caller.actor, (trx) =>
            findMemberByHostUser(trx, wanted.hostUser),
          )
    if (memberId === undefined) throw new TeamError('member-not-found')
    const { token, expiresAt } = await bridge.mintWidgetToken(id, memberId)
    response.json({ token, expiresAt: expiresAt.toISOString() })
  })
}
