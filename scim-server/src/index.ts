export { scimBaseUrl } from './connections/scim-base-url.ts'
export {
  createScimConnection,
  createScimToken,
  type NewScimConnection,
} from './connections/scim-connection-commands.ts'
export {
  ScimConnectionError,
  type ScimConnectionErrorCode,
} from './connections/scim-connection-error.ts'
export type { ScimLogEntry } from './http/exchange.ts'
export { createScimServer, type ScimServerOptions } from './http/router.ts'
