/** Why a SCIM connection or one of its credentials can't be what was asked for. */
export type ScimConnectionErrorCode =
  | 'active-connection-exists'
  | 'client-secret-not-found'
  | 'client-trust-not-found'
  | 'connection-not-activated'
  | 'expiry-out-of-range'
  | 'jwks-invalid'
  | 'network-invalid'
  | 'token-not-found'
  | 'too-many-active-secrets'
  | 'too-many-active-tokens'
  | 'too-many-trusts'

/** A refused change of a SCIM connection. */
export class ScimConnectionError extends Error {
  override readonly name: string = 'ScimConnectionError'
  readonly code: ScimConnectionErrorCode

  constructor(code: ScimConnectionErrorCode, options?: ErrorOptions) {
    super(code, options)
    this.code = code
  }
}
