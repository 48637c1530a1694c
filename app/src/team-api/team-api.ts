import { Router } from 'express'

import type { EventStreamHub } from '../event-stream/event-stream-hub.ts'
import type { Operation } from '../operations/operation.ts'
import { serveOperations } from '../operations/serve-operations.ts'
import { sendProblem } from '../problem.ts'
import { createRouteTable } from '../route-table.ts'
import { refuseUnstorableUrl } from '../storable-text.ts'
import { departmentOperations } from '../team-settings/department-operations.ts'
import { mappingRuleOperations } from '../team-settings/mapping-rule-operations.ts'
import { roleOperations } from '../team-settings/role-operations.ts'
import { createAllowedOrigins, createCorsHandler } from './allowed-origins.ts'
import { eventStreamOperation } from './event-stream-operation.ts'
import { memberOperations } from './member-operations.ts'
import { createTeamEdge, type Doorkeeper, type TeamCaller } from './team-edge.ts'
import { workspaceOperation } from './workspace-operation.ts'

/** Everything that a member's browser may ask, under `/team/v1`. */
export function teamApiOperations(hub: EventStreamHub): readonly Operation<TeamCaller>[] {
  return [
    workspaceOperation,
    ...memberOperations,
    ...departmentOperations,
    ...roleOperations,
    ...mappingRuleOperations,
    eventStreamOperation(hub),
  ]
}

/** What widgets call, under `/team/v1`, with a widget token as bearer. */
export function createTeamApi(deps: Omit<Doorkeeper, 'origins'>, hub: EventStreamHub): Router {
  const origins = createAllowedOrigins(deps.db)
  const router = Router()
  router.use(
    createCorsHandler(origins),
    (_request, response, next) => {
      response.set('cache-control', 'no-store')
      next()
    },
    refuseUnstorableUrl,
  )
  router.use(
    createRouteTable(serveOperations(teamApiOperations(hub), createTeamEdge({ ...deps, origins }))),
  )
  router.use(sendProblem)
  return router
}
