import express, { type RequestHandler } from 'express'

import { ProblemError } from './problem.ts'
import { isStorableText } from './storable-text.ts'

const maxBodyBytes = 1024 * 1024

function refuseUnstorableText(key: string, value: unknown): unknown {
  for (const text of [key, value]) {
    if (typeof text === 'string' && !isStorableText(text)) {
      throw new ProblemError(
        'invalid-request',
        'The body has a text with a character that is none.',
      )
    }
  }
  return value
}

const parseJson = express.json({
  limit: maxBodyBytes,
  type: 'application/json',
  reviver: refuseUnstorableText,
})

/** Reads a JSON body of at most 1 MiB; another media type is refused rather than read as empty. */
export const jsonBody: RequestHandler = (request, response, next) => {
  // `is` answers null where no body is announced, but takes an announced length of 0 for one.
  const isEmpty = request.get('content-length') === '0'
  if (!isEmpty && request.is('application/json') === false) {
    throw new ProblemError('unsupported-media-type', 'Send the body as application/json.')
  }
  parseJson(request, response, next)
}
