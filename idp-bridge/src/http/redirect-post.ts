import express, { type RequestHandler } from 'express'

import { SignInError } from '../sign-in/sign-in-error.ts'
import { seeOther } from './send-page.ts'

const readForm = express.text({ type: 'application/x-www-form-urlencoded', limit: '8kb' })

/**
 * Answers a posted form with the redirect to the same request as GET. Another site's form comes
 * without our cookies, which are `Lax`; the redirect brings them. Both methods are required by
 * OpenID Connect Core §3.1.2.1 and RP-Initiated Logout §2.
 */
export const redirectPost: RequestHandler = (req, res, next) => {
  readForm(req, res, (cause?: unknown) => {
    // No body at all is an empty form.
    const body: unknown = req.get('content-type') === undefined ? '' : req.body
    if (cause === undefined && typeof body === 'string') {
      return seeOther(res, `${req.baseUrl}${req.path}?${new URLSearchParams(body).toString()}`)
    }
    next(new SignInError('request-invalid', { adminDetail: 'form', cause }))
  })
}
