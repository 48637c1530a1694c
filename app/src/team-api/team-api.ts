import { Router } from 'express'

import type { EventStreamHub } from '../event-stream/event-stream-hub.ts'
import { requireIfMatch } from '../if-match.ts'
import { jsonBody } from '../json-body.ts'
import { serveOperations } from '../operations/serve-operations.ts'
import { sendProblem } from '../problem.ts'
import { createRouteTable } from '../route-table.ts'
import { refuseUnstorableUrl } from '../storable-text.ts'
import { departmentOperations } from '../team-settings/department-operations.ts'
import { roleTable } from '../team-settings/role-routes.ts'
import type { TeamEdge } from '../team-settings/team-edge.ts'
import { createAllowedOrigins, createCorsHandler } from './allowed-origins.ts'
import { openEventStreamRoute } from './event-stream-routes.ts'
import {
  editMemberRoute,
  reactivateMemberRoute,
  removeMemberRoute,
  signOutMemberRoute,
  suspendMemberRoute,
} from './member-edit-routes.ts'
import { listMembersRoute, readMemberRoute } from './member-routes.ts'
import { createTeamEdge } from './team-edge.ts'
import { actAsViewer, type Doorkeeper } from './viewer.ts'
import { readWorkspaceRoute } from './workspace-routes.ts'

/** What widgets call, under `/team/v1`, with a widget token as bearer. */
export function createTeamApi(deps: Omit<Doorkeeper, 'origins'>, hub: EventStreamHub): Router {
  const door: Doorkeeper = { ...deps, origins: createAllowedOrigins(deps.db) }
  const edge: TeamEdge = {
    open: (request, work) => actAsViewer(door, request, work),
    versionOf: requireIfMatch,
  }
  const router = Router()
  router.use(createCorsHandler(door.origins), (_request, response, next) => {
    response.set('cache-control', 'no-store')
    next()
  })
  router.use(refuseUnstorableUrl, jsonBody)
  router.use(
    createRouteTable([
      ['get', '/workspace', readWorkspaceRoute(door)],
      ['get', '/members', listMembersRoute(door)],
      ['get', '/members/:id', readMemberRoute(door)],
      ['patch', '/members/:id', editMemberRoute(door)],
      ['delete', '/members/:id', removeMemberRoute(door)],
      ['post', '/members/:id/suspend', suspendMemberRoute(door)],
      ['post', '/members/:id/reactivate', reactivateMemberRoute(door)],
      ['post', '/members/:id/sign-out', signOutMemberRoute(door)],
      ...serveOperations(departmentOperations, createTeamEdge(door)),
      ...roleTable(edge),
      ['post', '/event-stream', openEventStreamRoute(door, hub)],
    ]),
  )
  router.use(sendProblem)
  return router
}
