import type { RequestHandler } from 'express'

import { SignInError } from '../sign-in/sign-in-error.ts'

/** Refuses an address with a NUL, which PostgreSQL stores in no text: whatever it is, it is not ours. */
export const refuseNul: RequestHandler = (req, _res, next) => {
  next(
    req.originalUrl.includes('%00')
      ? new SignInError('request-invalid', { adminDetail: 'nul' })
      : undefined,
  )
}
