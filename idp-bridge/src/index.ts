export {
  type IdTokenAlgorithm,
  idTokenAlgorithms,
  type SsoBinding,
  ssoRedirectUri,
} from './connections/sso-connection.ts'
export {
  createSsoConnection,
  type SsoConnectionDraft,
  updateSsoConnection,
} from './connections/sso-connection-commands.ts'
export { listSsoConnections, type SsoConnectionView } from './connections/sso-connection-queries.ts'
export { createIdpBridge, type IdpBridge, type IdpBridgeOptions } from './idp-bridge.ts'
export type { IdpBridgeLog, IdpBridgeLogEntry } from './log.ts'
export {
  createGuardedFetch,
  type GuardedFetch,
  OutgoingError,
  type OutgoingErrorCode,
} from './outgoing/guarded-fetch.ts'
export { hashPassword } from './passwords/password-hash.ts'
export { flawOfPassword, type PasswordFlaw } from './passwords/password-rules.ts'
export { setPassword } from './passwords/password-store.ts'
export { LogoutNotDeliveredError } from './provider/end-access.ts'
export { SignInError, type SignInErrorCode, signInErrorStatus } from './sign-in/sign-in-error.ts'
export { type WidgetToken, widgetTokenAudience } from './tokens/widget-tokens.ts'
