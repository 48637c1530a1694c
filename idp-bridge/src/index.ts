export {
  createSamlConnection,
  type MetadataDifference,
  refreshSamlConnection,
  removeIdpCertificate,
  type SamlConnectionDraft,
} from './connections/saml-connection-commands.ts'
export { rotateConnectionKey } from './connections/connection-key-store.ts'
export {
  type IdTokenAlgorithm,
  idTokenAlgorithms,
  oidcAddresses,
  revocationAddresses,
  samlAddresses,
  type SsoBinding,
  ssoRedirectUri,
} from './connections/sso-connection.ts'
export {
  createSsoConnection,
  deleteSsoConnection,
  editSsoConnection,
  type SsoConnectionDraft,
  type SsoConnectionEdit,
} from './connections/sso-connection-commands.ts'
export {
  type SsoConnectionSummary,
  summarizeSsoConnections,
} from './connections/sso-connection-summaries.ts'
export { listSsoConnections, type SsoConnectionView } from './connections/sso-connection-queries.ts'
export {
  claimDomain,
  deleteDomain,
  listDomains,
  markDomainVerified,
  type WorkspaceDomain,
} from './domains/domain-store.ts'
export { recheckDomains } from './domains/recheck-domains.ts'
export { createTxtResolver, type TxtResolver } from './domains/txt-resolver.ts'
export { createIdpBridge, type IdpBridge, type IdpBridgeOptions } from './idp-bridge.ts'
export type { IdpBridgeLog, IdpBridgeLogEntry } from './log.ts'
export {
  createGuardedFetch,
  type GuardedFetch,
  OutgoingError,
  type OutgoingErrorCode,
} from './outgoing/guarded-fetch.ts'
export {
  createOwnPasswordCheck,
  type OwnPasswordAnswer,
  type OwnPasswordState,
  readOwnPassword,
} from './passwords/own-password.ts'
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
export { writeIdpMetadata } from './saml/metadata/write-idp-metadata.ts'
export { createRecoveryCodes, replaceRecoveryCodes } from './recovery/recovery-code-store.ts'
export { readRevocations, type RevocationReceipt } from './revocation/revocation-store.ts'
export { listRefusals } from './sign-in/sign-in-refusal-store.ts'
export { SignInError, type SignInErrorCode, signInErrorStatus } from './sign-in/sign-in-error.ts'
export {
  createSecurityEventSigner,
  type SignSecurityEvent,
} from './tokens/security-event-signer.ts'
export { type WidgetToken, widgetTokenAudience } from './tokens/widget-tokens.ts'
