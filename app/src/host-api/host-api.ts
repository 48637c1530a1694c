import type { IdpBridge } from '@plantel/idp-bridge'
import { Router } from 'express'

import { jsonBody } from '../json-body.ts'
import { serveOperations } from '../operations/serve-operations.ts'
import { sendProblem } from '../problem.ts'
import { createRouteTable } from '../route-table.ts'
import { refuseUnstorableUrl } from '../storable-text.ts'
import { departmentOperations } from '../team-settings/department-operations.ts'
import { roleTable } from '../team-settings/role-routes.ts'
import { authorizeRoute } from './authorize-routes.ts'
import { channelTable } from './channel-routes.ts'
import { createSsoConnectionRoute, updateSsoConnectionRoute } from './connection-routes.ts'
import { belowWorkspace, createHostEdge as createEdge } from './host-caller.ts'
import { createHostEdge } from './host-edge.ts'
import {
  createClientRoute,
  createWebhookEndpointRoute,
  deleteWebhookEndpointRoute,
  type HostDependencies,
  listWebhookEndpointsRoute,
  setAllowedOriginsRoute,
  updateClientRoute,
} from './host-routes.ts'
import {
  listMappingRulesRoute,
  previewMappingRulesRoute,
  saveMappingRulesRoute,
} from './mapping-rule-routes.ts'
import { memberEditTable } from './member-edit-routes.ts'
import { scimConnectionTable } from './scim-connection-table.ts'
import { mintWidgetTokenRoute } from './widget-token-routes.ts'
import { createWorkspaceRoute, readMemberRoute, readWorkspaceRoute } from './workspace-routes.ts'

/** What a host's own server calls, under `/host/v1`, with a host key as bearer. */
export function createHostApi(
  deps: HostDependencies,
  bridge: Pick<IdpBridge, 'mintWidgetToken'>,
): Router {
  const { db } = deps
  const edge = createHostEdge(db)
  const workspace = '/workspaces/:workspace'
  const router = Router()
  router.use((_request, response, next) => {
    response.set('cache-control', 'no-store')
    next()
  })
  router.use(refuseUnstorableUrl, jsonBody)
  router.use(
    createRouteTable([
      ['post', '/workspaces', createWorkspaceRoute(db)],
      ['get', '/workspaces/:workspace', readWorkspaceRoute(db)],
      ['get', '/workspaces/:workspace/members/:member', readMemberRoute(db)],
      ...memberEditTable(edge, workspace),
      ...serveOperations(belowWorkspace(departmentOperations), createEdge(db)),
      ...roleTable(edge, workspace),
      ...channelTable(edge, workspace),
      ['post', '/workspaces/:workspace/authorize', authorizeRoute(db)],
      ...scimConnectionTable(deps),
      ['post', '/workspaces/:workspace/sso-connections', createSsoConnectionRoute(deps)],
      [
        'patch',
        '/workspaces/:workspace/sso-connections/:connection',
        updateSsoConnectionRoute(deps),
      ],
      ['get', '/workspaces/:workspace/mapping-rules', listMappingRulesRoute(db)],
      ['put', '/workspaces/:workspace/mapping-rules', saveMappingRulesRoute(db)],
      ['post', '/workspaces/:workspace/mapping-rules/preview', previewMappingRulesRoute(db)],
      ['post', '/widget-tokens', mintWidgetTokenRoute(db, bridge)],
      ['post', '/clients', createClientRoute(deps)],
      ['put', '/clients/:client', updateClientRoute(deps)],
      ['put', '/allowed-origins', setAllowedOriginsRoute(deps)],
      ['get', '/webhook-endpoints', listWebhookEndpointsRoute(deps)],
      ['post', '/webhook-endpoints', createWebhookEndpointRoute(deps)],
      ['delete', '/webhook-endpoints/:endpoint', deleteWebhookEndpointRoute(deps)],
    ]),
  )
  router.use(sendProblem)
  return router
}
