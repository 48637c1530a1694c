import express, { type RequestHandler } from 'express'

import { ProblemError } from './problem.ts'

const maxBodyBytes = 1024 * 1024

const parseJson = express.json({ limit: maxBodyBytes, type: 'application/json' })

/** Reads a JSON body of at most 1 MiB; another media type is refused rather than read as empty. */
export const jsonBody: RequestHandler = (request, response, next) => {
  // `is` answers null where no body is announced, but takes an announced length of 0 for one.
  const isEmpty = request.get('content-length') === '0'
  if (!isEmpty && request.is('application/json') === false) {
    throw new ProblemError('unsupported-media-type', 'Send the body as application/json.')
  }
  parseJson(request, response, next)
}
