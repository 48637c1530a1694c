/** Error responses. RFC 7644 §3.12, RFC 9865 §2.3. */

const statusByType = {
  invalidSyntax: 400,
  invalidFilter: 400,
  invalidPath: 400,
  invalidValue: 400,
  noTarget: 400,
  mutability: 400,
  tooMany: 400,
  invalidVers: 400,
  invalidCursor: 400,
  expiredCursor: 400,
  invalidCount: 400,
  uniqueness: 409,
} as const

/** The `scimType` keywords this server answers with; each has exactly one HTTP status. */
export type ScimErrorType = keyof typeof statusByType

/** The statuses that are answered without a `scimType`. */
export type PlainErrorStatus =
  | 401
  | 403
  | 404
  | 405
  | 406
  | 409
  | 412
  | 413
  | 415
  | 429
  | 500
  | 501
  | 503

/** The schema URN of an error body. */
export const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** The JSON of an error response: these keys and no other, since strict clients refuse extra ones. */
export interface ScimErrorBody {
  readonly schemas: readonly [typeof errorSchema]
  readonly status: string
  readonly scimType?: ScimErrorType
  readonly detail: string
}

/**
 * A refused SCIM request. Made by {@link ScimError.of} or {@link ScimError.status}, so that a
 * `scimType` never travels with a status that is not its own.
 */
export class ScimError extends Error {
  override readonly name: string = 'ScimError'
  readonly status: number
  readonly scimType: ScimErrorType | undefined

  private constructor(
    status: number,
    scimType: ScimErrorType | undefined,
    detail: string,
    options: ErrorOptions | undefined,
  ) {
    super(detail, options)
    this.status = status
    this.scimType = scimType
  }

  /** Refuses with a keyword; the status follows from it. `detail` is English, without operands or SQL. */
  static of(scimType: ScimErrorType, detail: string, options?: ErrorOptions): ScimError {
    return new ScimError(statusByType[scimType], scimType, detail, options)
  }

  /** Refuses with a bare status, for the outcomes that RFC 7644 gives no keyword. */
  static status(status: PlainErrorStatus, detail: string, options?: ErrorOptions): ScimError {
    return new ScimError(status, undefined, detail, options)
  }

  /** The response body; `status` is a string, as RFC 7644 §3.12 demands. */
  toBody(): ScimErrorBody {
    return {
      schemas: [errorSchema],
      status: String(this.status),
      ...(this.scimType === undefined ? {} : { scimType: this.scimType }),
      detail: this.message,
    }
  }
}
