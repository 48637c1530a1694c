import type { Database } from '@plantel/db'
import { findHostsOfOrigin, findWorkspace } from '@plantel/team'
import type { RequestHandler } from 'express'

import { ProblemError } from '../problem.ts'
import { remember } from '../remember.ts'

/** How long a changed list may go unnoticed. */
const kept = { freshForMs: 2_000, maxRemembered: 1_000 }

/** Whose pages may call. */
export interface AllowedOrigins {
  /** Some host of the installation registered it: all that a preflight, which names nobody, can be asked. */
  hasAny(origin: string): Promise<boolean>
  /** The host of this workspace registered it. */
  has(origin: string, workspaceId: string): Promise<boolean>
}

export function createAllowedOrigins(db: Database): AllowedOrigins {
  const hostsOf = remember((origin: string) => findHostsOfOrigin(db, origin), kept)
  const hostOf = remember(
    (workspaceId: string) =>
      findWorkspace(db, undefined, workspaceId).then((workspace) => workspace?.hostId ?? ''),
    kept,
  )
  return {
    hasAny: async (origin) => (await hostsOf.get(origin)).length > 0,
    async has(origin, workspaceId) {
      const hostIds = await hostsOf.get(origin)
      return hostIds.length > 0 && hostIds.includes(await hostOf.get(workspaceId))
    },
  }
}

/** Lets a page read what is answered to a request with its cookies. */
export const allowCredentials = 'access-control-allow-credentials'

/** The page belongs to somebody else's inbox. */
export function originRefusal(): ProblemError {
  return new ProblemError('forbidden', 'The host did not register this origin.', {
    reason: 'origin-not-allowed',
  })
}

const requestHeaders = ['authorization', 'content-type', 'if-match', 'idempotency-key']

/**
 * CORS for the pages of registered hosts (WHATWG Fetch §3.2): exact origins, and cookies only in cookie mode.
 * A page elsewhere gets no permission to read; the token says of which host it must be.
 */
export function createCorsHandler(
  origins: AllowedOrigins,
  { cookieHeaders }: { cookieHeaders: readonly string[] | undefined },
): RequestHandler {
  const allowedHeaders = [...requestHeaders, ...(cookieHeaders ?? [])].join(', ')
  return async (request, response, next) => {
    response.vary('Origin')
    const origin = request.get('origin')
    const allowed = origin !== undefined && (await origins.hasAny(origin))
    if (allowed) {
      response.set('access-control-allow-origin', origin)
      if (cookieHeaders !== undefined) response.set(allowCredentials, 'true')
      response.set(
        'access-control-expose-headers',
        'etag, idempotent-replayed, ratelimit, ratelimit-policy, retry-after, x-request-id',
      )
    }
    const isPreflight =
      request.method === 'OPTIONS' && request.get('access-control-request-method') !== undefined
    if (!isPreflight) {
      next()
      return
    }
    if (!allowed) throw originRefusal()
    response
      .set('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE')
      .set('access-control-allow-headers', allowedHeaders)
      .set('access-control-max-age', '600')
      .status(204)
      .end()
  }
}
