import { readTeamScreen, readWorkspaceSummary, roleReference } from '@plantel/team'
import type { TeamWorkspace } from '@plantel/widget/contract'
import type { RequestHandler } from 'express'

import { emptyQuery, parseRequest } from '../parse-request.ts'
import { type Doorkeeper, readAsViewer } from './viewer.ts'

const apiVersion = '1.0'

/** `GET /workspace`: what the widget needs to know once. */
export function readWorkspaceRoute(door: Doorkeeper): RequestHandler {
  return async (request, response) => {
    parseRequest(emptyQuery, request.query)
    const summary = await readAsViewer(door, request, async (trx, { access }) => {
      const workspace = await readWorkspaceSummary(trx)
      return {
        ...workspace,
        screen: await readTeamScreen(trx),
        apiVersion,
        viewer: {
          memberId: access.memberId,
          displayName: access.displayName,
          role: access.role === null ? null : roleReference(access.role),
        },
      } satisfies TeamWorkspace
    })
    response.json(summary)
  }
}
