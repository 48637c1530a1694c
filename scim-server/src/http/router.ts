import { createId, type Database } from '@plantel/db'
import express, { type NextFunction, type Request, type Response, type Router } from 'express'

import { createAuthenticate } from '../connections/authenticate.ts'
import { createJwksCache, type FetchDocument } from '../connections/jwks-cache.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { groupHandlers } from '../resources/group-handlers.ts'
import { createPageCursors } from '../resources/page-cursor.ts'
import { roleHandlers } from '../resources/role-handlers.ts'
import { userHandlers } from '../resources/user-handlers.ts'
import { bulk } from './bulk-route.ts'
import * as discovery from './discovery-routes.ts'
import { createExchange, type ExchangeContext, type ScimLogEntry } from './exchange.ts'
import { createTokenEndpoint } from './oauth-token-endpoint.ts'
import { createAdmit } from './rate-limit-admission.ts'
import { createFailureLimit } from './rate-limit-failures.ts'
import { createRateLimiter } from './rate-limit.ts'
import { maxGroupBodyBytes } from './read-body.ts'
import { createReadRoutes, createResourceRoutes, rootSearch } from './resource-routes.ts'
import type { Method, Route } from './route.ts'
import { writeAnswer } from './write-answer.ts'

/** What the SCIM server stands on. */
export interface ScimServerOptions {
  readonly db: Database
  /** Origin and path under which clients reach the installation; never taken from a request. */
  readonly publicUrl: string
  /** The installation's secret, the same on every replica: any of them continues a list that another began. */
  readonly secret: string
  /** Reads published keys from addresses that customers typed in. */
  readonly fetch: FetchDocument
  readonly log?: ((entry: ScimLogEntry) => void) | undefined
}

const users = createResourceRoutes(userHandlers)
const groups = createResourceRoutes(groupHandlers, maxGroupBodyBytes)
const roles = createReadRoutes(roleHandlers)

/** Below `/scim/v2/{connection id}`; the first path that fits wins. */
const paths: readonly (readonly [path: string, routes: Partial<Record<Method, Route>>])[] = [
  ['/ServiceProviderConfig', { GET: discovery.serviceProviderConfig }],
  ['/ResourceTypes', { GET: discovery.resourceTypeList }],
  ['/ResourceTypes/:id', { GET: discovery.resourceType }],
  ['/Schemas', { GET: discovery.schemaList }],
  ['/Schemas/:id', { GET: discovery.schema }],

  ['/Users', { GET: users.list, POST: users.create }],
  ['/Users/.search', { POST: users.search }],
  ['/Users/:id', { GET: users.read, PUT: users.replace, PATCH: users.patch, DELETE: users.remove }],

  ['/Groups', { GET: groups.list, POST: groups.create }],
  ['/Groups/.search', { POST: groups.search }],
  [
    '/Groups/:id',
    { GET: groups.read, PUT: groups.replace, PATCH: groups.patch, DELETE: groups.remove },
  ],

  ['/Roles', { GET: roles.list }],
  ['/Roles/.search', { POST: roles.search }],
  ['/Roles/:id', { GET: roles.read }],

  ['/.search', { POST: rootSearch }],
  ['/Bulk', { POST: bulk }],
  [
    '/Me',
    {
      GET: notImplemented('/Me'),
      POST: notImplemented('/Me'),
      PUT: notImplemented('/Me'),
      PATCH: notImplemented('/Me'),
      DELETE: notImplemented('/Me'),
    },
  ],
]

/** The SCIM server as a router, to be mounted at `/scim/v2`. */
export function createScimServer(options: ScimServerOptions): Router {
  const { db, publicUrl, log = (): void => {} } = options
  const failures = createFailureLimit()
  const limiter = createRateLimiter(db)
  const admit = createAdmit(createAuthenticate(db), failures, limiter)
  const context: ExchangeContext = {
    db,
    publicUrl,
    admit,
    charge: (connectionId, requests) => limiter.charge(connectionId, requests),
    cursors: createPageCursors(options.secret),
    log,
  }
  const keys = createJwksCache(options.fetch)
  const router = express.Router()
  router.all(
    '/:connectionId/oauth2/token',
    createTokenEndpoint({ db, publicUrl, keys, failures, limiter, log }),
  )
  for (const [path, routes] of paths) {
    router.all(`/:connectionId${path}`, createExchange(context, path, routes))
  }
  router.use((_request, response) =>
    refusePath(response, ScimError.status(404, 'There is nothing at this path.')),
  )
  // Express itself refuses a path that can't be decoded.
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) =>
    error instanceof URIError
      ? refusePath(response, ScimError.of('invalidSyntax', 'The path is not well-formed.'))
      : next(error),
  )
  return router
}

function refusePath(response: Response, refusal: ScimError): Promise<void> {
  response.setHeader('x-request-id', createId())
  return writeAnswer(response, {
    status: refusal.status,
    json: JSON.stringify(refusal.toBody()),
  })
}

/** MUST: what the server doesn't offer → 501, never a 404 that a client takes for "deleted". */
function notImplemented(what: string): Route {
  return {
    access: 'token',
    answer: () => Promise.reject(ScimError.status(501, `${what} is not offered.`)),
  }
}
