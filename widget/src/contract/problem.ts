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
  /** The precise cause where `code` is only its kind: `seats-exceeded`, `last-owner`. */
  reason?: string
  /** Where an invalid request is wrong. */
  errors?: readonly { pointer: string; detail: string }[]
  /** Whom a list could not add, and why. */
  refused?: readonly RefusedInvitee[]
}

/** Somebody of a list who was not added. */
export interface RefusedInvitee {
  /** As it was given. */
  email: string
  /** Where it stands in a pasted text, from 1. */
  line: number | null
  reason: string
  /** Which role, department or channel. */
  subject: string | null
  /** What to do, in English. */
  detail: string
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
