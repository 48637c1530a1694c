/** Protocol versions. RFC 7644 §3.13. */
import { createId } from '@plantel/db'
import type { RequestHandler } from 'express'

import { ScimError } from '../protocol/scim-error.ts'
import { writeAnswer } from './write-answer.ts'

/** Answers requests for a version that there is not; mounted at `/scim`, behind `/scim/v2`. */
export const refuseScimVersion: RequestHandler = async (request, response, next) => {
  if (!/^\/v\d/i.test(request.path)) {
    next()
    return
  }
  const refusal = ScimError.of('invalidVers', 'This server speaks SCIM 2.0, at /scim/v2.')
  if (!response.hasHeader('x-request-id')) response.setHeader('x-request-id', createId())
  await writeAnswer(response, { status: refusal.status, json: JSON.stringify(refusal.toBody()) })
}
