import type { RequestHandler } from 'express'

import { ProblemError } from './problem.ts'

/** PostgreSQL stores neither NUL nor half of a surrogate pair: such a text is nobody's name. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** Refuses a path or query with a NUL; a lone surrogate can't be written in a URL. */
export const refuseUnstorableUrl: RequestHandler = (request, _response, next) => {
  if (request.originalUrl.includes('%00')) {
    throw new ProblemError('invalid-request', 'The address has a character that is none (%00).')
  }
  next()
}
