import { createId, createSharedTransactions, type Database } from '@plantel/db'
import express, { type NextFunction, type Request, type Response, type Router } from 'express'

import { createAuthenticate } from '../connections/authenticate.ts'
import { createJwksCache, type FetchDocument } from '../connections/jwks-cache.ts'
import type { ReadLog } from '../connections/read-log.ts'
import type { ResourceTypeDefinition } from '../protocol/attribute.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { createIndexPositions } from '../resources/index-positions.ts'
import { createPageCursors } from '../resources/page-cursor.ts'
import type { ServedType } from '../resources/served-type.ts'
import { bulk } from './bulk-route.ts'
import * as discovery from './discovery-routes.ts'
import { createExchange, type ExchangeContext, type ScimLogEntry } from './exchange.ts'
import { createTokenEndpoint } from './oauth-token-endpoint.ts'
import { createAdmit } from './rate-limit-admission.ts'
import { createFailureLimit } from './rate-limit-failures.ts'
import { createRateLimiter } from './rate-limit.ts'
import { createReadRoutes, createResourceRoutes, rootSearch } from './resource-routes.ts'
import type { Method, Route } from './route.ts'
import { createServedTypes } from './served-types.ts'
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
  /** Types beside users, groups and roles, such as an RFC test suite brings; stored as documents. */
  readonly extraResourceTypes?: readonly ResourceTypeDefinition[] | undefined
  /** Where reads are written down; whoever gives it closes it. */
  readonly reads?: ReadLog | undefined
  readonly log?: ((entry: ScimLogEntry) => void) | undefined
}

type Path = readonly [path: string, routes: Partial<Record<Method, Route>>]

/** Below `/scim/v2/{connection id}`; the first path that fits wins. */
const paths: readonly Path[] = [
  ['/ServiceProviderConfig', { GET: discovery.serviceProviderConfig }],
  ['/ResourceTypes', { GET: discovery.resourceTypeList }],
  ['/ResourceTypes/:id', { GET: discovery.resourceType }],
  ['/Schemas', { GET: discovery.schemaList }],
  ['/Schemas/:id', { GET: discovery.schema }],

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

/** The paths of a resource type: `/Users`, `/Users/.search`, `/Users/:id`. RFC 7644 §3.2. */
function pathsOf(type: ServedType): readonly Path[] {
  const { endpoint } = type
  if (type.kind === 'read-only') {
    const { list, search, read } = createReadRoutes(type.handlers)
    return [
      [endpoint, { GET: list }],
      [`${endpoint}/.search`, { POST: search }],
      [`${endpoint}/:id`, { GET: read }],
    ]
  }
  const { list, create, search, ...one } = createResourceRoutes(type.handlers, type.longLists)
  return [
    [endpoint, { GET: list, POST: create }],
    [`${endpoint}/.search`, { POST: search }],
    [`${endpoint}/:id`, { GET: one.read, PUT: one.replace, PATCH: one.patch, DELETE: one.remove }],
  ]
}

/** The SCIM server as a router, to be mounted at `/scim/v2`. */
export function createScimServer(options: ScimServerOptions): Router {
  const { db, publicUrl, log = (): void => {} } = options
  const failures = createFailureLimit()
  const limiter = createRateLimiter(db)
  const types = createServedTypes(options.extraResourceTypes ?? [])
  const authenticate = createAuthenticate(db)
  const context: ExchangeContext = {
    db,
    share: createSharedTransactions(db),
    publicUrl,
    authenticate,
    admit: createAdmit(authenticate, failures, limiter),
    charge: (connectionId, requests) => limiter.charge(connectionId, requests),
    cursors: createPageCursors(options.secret),
    positions: createIndexPositions(),
    types,
    reads: options.reads,
    log,
  }
  const keys = createJwksCache(options.fetch)
  const router = express.Router()
  router.all(
    '/:connectionId/oauth2/token',
    createTokenEndpoint({ db, publicUrl, keys, failures, limiter, log }),
  )
  for (const [path, routes] of [...types.flatMap((type) => pathsOf(type)), ...paths]) {
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
