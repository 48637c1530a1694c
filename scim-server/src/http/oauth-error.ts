/** Errors of the token endpoint. RFC 6749 §5.2. */

const statusByCode = {
  invalid_request: 400,
  invalid_client: 401,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  invalid_scope: 400,
  // Not of the RFC, which has no word for a server that can't answer now.
  temporarily_unavailable: 503,
  server_error: 500,
} as const

/** The `error` of an answer. */
export type OAuthErrorCode = keyof typeof statusByCode

/** A refused token request; `description` is ASCII, English, and repeats nothing that was sent. */
export class OAuthError extends Error {
  override readonly name: string = 'OAuthError'
  readonly code: OAuthErrorCode
  readonly status: number
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: OAuthErrorCode,
    description: string,
    { retryAfterSeconds, ...options }: ErrorOptions & { retryAfterSeconds?: number } = {},
  ) {
    super(description, options)
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
    this.status =
      code === 'temporarily_unavailable' && retryAfterSeconds !== undefined
        ? 429
        : statusByCode[code]
  }

  toBody(): { error: OAuthErrorCode; error_description: string } {
    return { error: this.code, error_description: this.message }
  }
}
