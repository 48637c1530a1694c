/** Every error of the Team API. RFC 9457, media type `application/problem+json`. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  /** Stable, for programs. */
  code: ProblemCode
  /** Names the request in the server's log. */
  requestId: string
}

export type ProblemCode =
  | 'invalid-request'
  | 'unauthenticated'
  | 'token-expired'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'precondition-failed'
  | 'precondition-required'
  | 'payload-too-large'
  | 'unsupported-media-type'
  | 'conflict'
  | 'rate-limited'
  | 'internal'
  | 'unavailable'
