export {
  listScimRequests,
  type ScimRequestQuery,
  type ScimRequestView,
} from './connections/request-log-queries.ts'
export { createScimReadLog } from './connections/request-log.ts'
export {
  readScimHealth,
  type ScimHealth,
  type ScimTroubleCode,
  scimTroubles,
} from './connections/connection-health.ts'
export { decideAdoption, reviewAdoptions } from './resources/adoption-commands.ts'
export { warnOfExpiry } from './connections/expiry-warnings.ts'
export { scimBaseUrl } from './connections/scim-base-url.ts'
export {
  activateScimConnection,
  createScimConnection,
  deleteScimConnection,
  type NewScimConnection,
  pauseScimConnection,
  type ScimConnectionChange,
  type ScimRateLimit,
  updateScimConnection,
} from './connections/scim-connection-commands.ts'
export {
  ScimConnectionError,
  type ScimConnectionErrorCode,
} from './connections/scim-connection-error.ts'
export {
  listScimConnections,
  readScimConnection,
  type ScimConnectionView,
} from './connections/scim-connection-queries.ts'
export {
  createScimToken,
  type NewScimToken,
  revokeAccessTokens,
  revokeScimToken,
} from './connections/scim-token-commands.ts'
export { listScimTokens, type ScimTokenView } from './connections/scim-token-queries.ts'
export {
  type ClientSecretView,
  createClientSecret,
  deleteClientSecret,
  listClientSecrets,
} from './connections/client-secrets.ts'
export {
  type ClientTrust,
  createClientTrust,
  deleteClientTrust,
  listClientTrusts,
  type NewClientTrust,
} from './connections/client-trusts.ts'
export { createScimMetadata } from './http/oauth-metadata.ts'
export type { FetchDocument } from './connections/jwks-cache.ts'
export type { ScimLogEntry } from './http/exchange.ts'
export { refuseScimVersion } from './http/refuse-version.ts'
export { createScimServer, type ScimServerOptions } from './http/router.ts'
export type {
  AttributeDefinition,
  ResourceTypeDefinition,
  SchemaDefinition,
} from './protocol/attribute.ts'
export { provisioningEvents } from './schemas/provisioning-events.ts'
