import type { IdpBridge } from '@plantel/idp-bridge'
import { Router } from 'express'

import type { Operation } from '../operations/operation.ts'
import { serveOperations } from '../operations/serve-operations.ts'
import { sendProblem } from '../problem.ts'
import { createRouteTable } from '../route-table.ts'
import { refuseUnstorableUrl } from '../storable-text.ts'
import { departmentOperations } from '../team-settings/department-operations.ts'
import { mappingRuleOperations } from '../team-settings/mapping-rule-operations.ts'
import { roleOperations } from '../team-settings/role-operations.ts'
import { authorizeOperation } from './authorize-operation.ts'
import { channelOperations } from './channel-operations.ts'
import { eraseMemberOperation } from './erase-member-operation.ts'
import { belowWorkspace, createHostEdge, type HostCaller } from './host-caller.ts'
import { type HostDependencies, hostOperations } from './host-operations.ts'
import { memberOperations } from './member-operations.ts'
import { scimConnectionOperations } from './scim-connection-operations.ts'
import { scimCredentialOperations } from './scim-credential-operations.ts'
import { ssoConnectionOperations } from './sso-connection-operations.ts'
import { widgetTokenOperation } from './widget-token-operation.ts'
import {
  workspaceListOperations,
  workspaceSettingsOperations,
} from './workspace-life-operations.ts'
import { workspaceOperations, workspacesOperations } from './workspace-operations.ts'

type Minting = Pick<IdpBridge, 'mintWidgetToken'>

/** Everything that a host's own server may ask, under `/host/v1`. */
export function hostApiOperations(
  deps: HostDependencies,
  bridge: Minting,
): readonly Operation<HostCaller>[] {
  return [
    ...workspacesOperations,
    ...workspaceListOperations,
    ...belowWorkspace([
      ...workspaceOperations,
      ...workspaceSettingsOperations,
      ...memberOperations,
      eraseMemberOperation,
      ...departmentOperations,
      ...roleOperations,
      ...channelOperations,
      authorizeOperation,
      ...scimConnectionOperations(deps.publicUrl),
      ...scimCredentialOperations(deps.allowPrivateNetwork),
      ...ssoConnectionOperations(deps),
      ...mappingRuleOperations,
    ]),
    widgetTokenOperation(bridge),
    ...hostOperations(deps),
  ]
}

/** What a host's own server calls, under `/host/v1`, with a host key as bearer. */
export function createHostApi(deps: HostDependencies, bridge: Minting): Router {
  const router = Router()
  router.use((_request, response, next) => {
    response.set('cache-control', 'no-store')
    next()
  }, refuseUnstorableUrl)
  router.use(
    createRouteTable(serveOperations(hostApiOperations(deps, bridge), createHostEdge(deps.db))),
  )
  router.use(sendProblem)
  return router
}
