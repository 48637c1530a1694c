import express, { type Request, type RequestHandler } from 'express'

import { SignInError } from '../sign-in/sign-in-error.ts'

const parse = express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 50 })

/**
 * Reads a form of one of our pages into `req.body`. A browser says which site a form is from (Fetch Metadata): another
 * site's is refused, whatever it has filled in.
 */
export const readForm: RequestHandler = (req, res, next) => {
  const site = req.get('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new SignInError('request-invalid', { adminDetail: 'cross-site-form' })
  }
  parse(req, res, (cause?: unknown) => {
    if (cause === undefined) return next()
    next(new SignInError('request-invalid', { adminDetail: 'form', cause }))
  })
}

/** A third more than the largest response that is looked at: it comes in base64. */
const parseResponse = express.urlencoded({ extended: false, limit: '384kb', parameterLimit: 10 })

/** Reads the form with which an identity provider's page posts a response: it is always from another site. */
export const readResponseForm: RequestHandler = (req, res, next) => {
  parseResponse(req, res, (cause?: unknown) => {
    if (cause === undefined) return next()
    next(new SignInError('response-invalid', { adminDetail: 'form', cause }))
  })
}

/** A field of the form that was posted; empty when it is not there, or not once. */
export function fieldOf(req: Request, name: string): string {
  const body: unknown = req.body
  if (typeof body !== 'object' || body === null) return ''
  const value: unknown = Object.getOwnPropertyDescriptor(body, name)?.value
  // PostgreSQL takes no NUL.
  return typeof value === 'string' && !value.includes('\0') ? value : ''
}
