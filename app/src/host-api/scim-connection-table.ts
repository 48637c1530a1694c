import type { Route } from '../route-table.ts'
import {
  createScimConnectionRoute,
  deleteScimConnectionRoute,
  listScimConnectionsRoute,
  listScimRequestsRoute,
  pauseScimConnectionRoute,
  readScimConnectionRoute,
  resumeScimConnectionRoute,
  type ScimConnectionDependencies,
  updateScimConnectionRoute,
} from './scim-connection-routes.ts'
import {
  createClientSecretRoute,
  createClientTrustRoute,
  createScimTokenRoute,
  deleteClientSecretRoute,
  deleteClientTrustRoute,
  listClientSecretsRoute,
  listClientTrustsRoute,
  listScimTokensRoute,
  revokeAccessTokensRoute,
  revokeScimTokenRoute,
} from './scim-credential-routes.ts'

const all = '/workspaces/:workspace/scim-connections'
const one = `${all}/:connection`

/** Everything about the SCIM connections of a workspace. */
export function scimConnectionTable(deps: ScimConnectionDependencies): readonly Route[] {
  return [
    ['get', all, listScimConnectionsRoute(deps)],
    ['post', all, createScimConnectionRoute(deps)],
    ['get', one, readScimConnectionRoute(deps)],
    ['patch', one, updateScimConnectionRoute(deps)],
    ['delete', one, deleteScimConnectionRoute(deps)],
    ['post', `${one}/pause`, pauseScimConnectionRoute(deps)],
    ['post', `${one}/resume`, resumeScimConnectionRoute(deps)],
    ['get', `${one}/requests`, listScimRequestsRoute(deps)],

    ['get', `${one}/tokens`, listScimTokensRoute(deps)],
    ['post', `${one}/tokens`, createScimTokenRoute(deps)],
    ['delete', `${one}/tokens/:credential`, revokeScimTokenRoute(deps)],
    ['get', `${one}/client-secrets`, listClientSecretsRoute(deps)],
    ['post', `${one}/client-secrets`, createClientSecretRoute(deps)],
    ['delete', `${one}/client-secrets/:credential`, deleteClientSecretRoute(deps)],
    ['get', `${one}/client-trusts`, listClientTrustsRoute(deps)],
    ['post', `${one}/client-trusts`, createClientTrustRoute(deps)],
    ['delete', `${one}/client-trusts/:credential`, deleteClientTrustRoute(deps)],
    ['delete', `${one}/access-tokens`, revokeAccessTokensRoute(deps)],
  ]
}
