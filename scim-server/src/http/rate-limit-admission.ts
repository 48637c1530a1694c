import type { LeasedLimiter } from '@plantel/db'
import type { Request, Response } from 'express'

import type { Authenticate } from '../connections/authenticate.ts'
import type { ScimConnection } from '../connections/scim-connection-queries.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { presentedCredential } from './presented-credential.ts'
import type { FailureLimit } from './rate-limit-failures.ts'

/** Lets a request in: whose it is, or 401, 403, or 429 with `Retry-After`. */
export type Admit = (
  connectionId: string,
  request: Request,
  response: Response,
) => Promise<ScimConnection>

/** Authentication with its limits; what is refused here reaches neither body nor request log. */
export function createAdmit(
  authenticate: Authenticate,
  failures: FailureLimit,
  limiter: LeasedLimiter,
): Admit {
  return async (connectionId, request, response) => {
    const presented = presentedCredential(request)
    const blocked = failures.retryAfterSeconds(presented.address, connectionId)
    if (blocked !== undefined) {
      throw tooMany(response, blocked, 'Too many failed authentications from this address.')
    }
    const connection = await authenticate(connectionId, presented).catch((error: unknown) => {
      if (error instanceof ScimError && error.status === 401) {
        failures.record(presented.address, connectionId)
      }
      throw error
    })
    const admission = await limiter.admit(connection.id)
    if (!admission.admitted) {
      throw tooMany(response, admission.retryAfterSeconds, 'Too many requests of this connection.')
    }
    return connection
  }
}

function tooMany(response: Response, retryAfterSeconds: number, detail: string): ScimError {
  response.setHeader('Retry-After', String(retryAfterSeconds))
  return ScimError.status(429, detail)
}
