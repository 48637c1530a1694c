/** Why a sign-in or a token of ours is refused. Closed: pages have a text for each. */
export type SignInErrorCode =
  | 'access-refused'
  | 'address-taken'
  | 'connection-disabled'
  | 'connection-not-found'
  | 'flow-expired'
  | 'flow-not-yours'
  | 'idp-refused'
  | 'idp-unreachable'
  | 'link-expired'
  | 'link-replaced'
  | 'link-unknown'
  | 'link-used'
  | 'link-withdrawn'
  | 'member-not-found'
  | 'member-unknown'
  | 'no-connection'
  | 'request-invalid'
  | 'request-expired'
  | 'response-invalid'
  | 'token-expired'
  | 'token-invalid'
  | 'token-refused'
  | 'too-many-attempts'
  | 'unexpected'
  | 'workspace-not-found'

/** HTTP status of each refusal. */
export const signInErrorStatus: Readonly<Record<SignInErrorCode, number>> = {
  'access-refused': 403,
  'address-taken': 409,
  'connection-disabled': 403,
  'connection-not-found': 404,
  'flow-expired': 400,
  'flow-not-yours': 403,
  'idp-refused': 403,
  'idp-unreachable': 502,
  'link-expired': 410,
  'link-replaced': 410,
  'link-unknown': 404,
  'link-used': 410,
  'link-withdrawn': 410,
  'member-not-found': 404,
  'member-unknown': 403,
  'no-connection': 404,
  'request-invalid': 400,
  'request-expired': 400,
  'response-invalid': 400,
  'token-expired': 401,
  'token-invalid': 401,
  'token-refused': 403,
  'too-many-attempts': 429,
  unexpected: 500,
  'workspace-not-found': 404,
}

export interface SignInErrorDetails extends ErrorOptions {
  /** For the IT admin: what to look at, in a stable word (`wrong-audience`) or an id. No secret, no token. */
  adminDetail?: string | undefined
  /** Whose people it concerns; decides language and whom to ask. */
  workspaceId?: string | undefined
  connectionId?: string | undefined
}

/**
 * A refused sign-in. The person sees a text chosen by `code`, the IT admin sees `code` and
 * `adminDetail`, and only the log sees `cause`.
 */
export class SignInError extends Error {
  readonly code: SignInErrorCode
  readonly adminDetail: string | undefined
  readonly workspaceId: string | undefined
  readonly connectionId: string | undefined

  constructor(code: SignInErrorCode, details: SignInErrorDetails = {}) {
    super(details.adminDetail === undefined ? code : `${code}: ${details.adminDetail}`, details)
    this.name = 'SignInError'
    this.code = code
    this.adminDetail = details.adminDetail
    this.workspaceId = details.workspaceId
    this.connectionId = details.connectionId
  }
}
