import type { Request } from 'express'

import { ProblemError } from './problem.ts'

/** The credentials of `Authorization: Bearer …` (RFC 6750 §2.1); throws `unauthenticated` without any. */
export function requireBearerToken(request: Request): string {
  const match = /^Bearer +([\w\-.~+/]+=*)$/i.exec(request.get('authorization') ?? '')
  if (match?.[1] !== undefined) return match[1]
  throw new ProblemError('unauthenticated', 'Send a token as Authorization: Bearer.')
}
