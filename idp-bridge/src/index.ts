export {
  createSamlConnection,
  type MetadataDifference,
  refreshSamlConnection,
  rotateSamlKey,
  type SamlConnectionDraft,
} from './connections/saml-connection-commands.ts'
export {
  type IdTokenAlgorithm,
  idTokenAlgorithms,
  samlAddresses,
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
export {
  createIdpMetadataReader,
  type IdpMetadataReader,
  type MetadataSource,
} from './saml/metadata/idp-metadata-reader.ts'
export { MetadataError, type MetadataErrorCode } from './saml/metadata/metadata-error.ts'
export type { IdpCertificate, IdpMetadata } from './saml/metadata/parse-idp-metadata.ts'
export { type CertifiedKey, createCertifiedKey } from './saml/self-signed-certificate.ts'
export { SignInError, type SignInErrorCode, signInErrorStatus } from './sign-in/sign-in-error.ts'
export { type WidgetToken, widgetTokenAudience } from './tokens/widget-tokens.ts'
