/** Edits name the version that they were made on. RFC 9110 §13.1.1. */
import type { Request, Response } from 'express'

import { ProblemError } from './problem.ts'

/** The version that the caller has seen; undefined for `*`, any, and where nothing is said. Throws `precondition-failed` for what no version of ours looks like. */
export function readIfMatch(request: Request): string | undefined {
  const header = request.get('if-match')
  if (header === undefined || header.trim() === '*') return undefined
  const version = /^\s*"(\d{1,18})"\s*$/.exec(header)?.[1]
  // MUST: strong comparison; a weak tag or one of somebody else's never matches.
  if (version === undefined) {
    throw new ProblemError('precondition-failed', 'If-Match must be an ETag that was read here.', {
      reason: 'version-mismatch',
    })
  }
  return version
}

/** Like `readIfMatch`, where two people may edit at once: throws `precondition-required`. RFC 6585 §3. */
export function requireIfMatch(request: Request): string | undefined {
  if (request.get('if-match') === undefined) {
    throw new ProblemError('precondition-required', 'Send the ETag that you read as If-Match.')
  }
  return readIfMatch(request)
}

/** Says which version an answer shows. */
export function setVersion(response: Response, version: string): void {
  response.set('etag', `"${version}"`)
}
