import type { Database } from '@plantel/db'
import { isAllowedOrigin } from '@plantel/team'
import type { RequestHandler } from 'express'

import { ProblemError } from '../problem.ts'

/** How long a changed list may go unnoticed. */
const freshForMs = 2_000
const maxRemembered = 1_000

/**
 * CORS for the pages of registered hosts (WHATWG Fetch §3.2): exact origins, no cookies.
 * A page elsewhere gets no permission to read; tokens decide about everything else.
 */
export function createCorsHandler(db: Database): RequestHandler {
  const remembered = new Map<string, { allowed: boolean; until: number }>()

  async function isAllowed(origin: string): Promise<boolean> {
    const known = remembered.get(origin)
    if (known !== undefined && known.until > performance.now()) return known.allowed
    const allowed = await isAllowedOrigin(db, origin)
    // Origins are the caller's words: the table must not grow with them.
    if (remembered.size >= maxRemembered) remembered.clear()
    remembered.set(origin, { allowed, until: performance.now() + freshForMs })
    return allowed
  }

  return async (request, response, next) => {
    response.vary('Origin')
    const origin = request.get('origin')
    const allowed = origin !== undefined && (await isAllowed(origin))
    if (allowed) {
      response.set('access-control-allow-origin', origin)
      response.set('access-control-expose-headers', 'retry-after, x-request-id')
    }
    const isPreflight =
      request.method === 'OPTIONS' && request.get('access-control-request-method') !== undefined
    if (!isPreflight) {
      next()
      return
    }
    if (!allowed) {
      throw new ProblemError('forbidden', 'The host did not register this origin.', {
        reason: 'origin-not-allowed',
      })
    }
    response
      .set('access-control-allow-methods', 'GET, POST')
      .set('access-control-allow-headers', 'authorization, content-type')
      .set('access-control-max-age', '600')
      .status(204)
      .end()
  }
}
