/** Why a SCIM connection or one of its tokens can't be made. */
export type ScimConnectionErrorCode = 'active-connection-exists' | 'too-many-active-tokens'

/** A refused change of a SCIM connection. */
export class ScimConnectionError extends Error {
  override readonly name: string = 'ScimConnectionError'
  readonly code: ScimConnectionErrorCode

  constructor(code: ScimConnectionErrorCode, options?: ErrorOptions) {
    super(code, options)
    this.code = code
  }
}
