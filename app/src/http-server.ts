import compression from 'compression'
import express, { type Express, type RequestHandler, type Router } from 'express'
import helmet from 'helmet'

import type { Config } from './config.ts'
import { landingPage } from './landing-page.ts'
import { createRequestLogger, type Logger } from './logger.ts'
import { ProblemError, sendProblem } from './problem.ts'
import { requestIdOf } from './request-id.ts'

/** Everything that answers requests, each with its own body parser and errors. */
export interface HttpParts {
  health: Router
  widget: Router
  bridge: Router
  scim: Router
  scimMetadata: Router
  /** Answers requests for other versions of SCIM. */
  otherScimVersions: RequestHandler
  teamApi: Router
  hostApi: Router
  /** The demo's pages have an origin of their own; undefined until they answer. */
  demoUrl: () => string | undefined
}

/** One application for all edges; the order is the specification. */
export function createHttpServer(
  config: Pick<Config, 'mode' | 'publicUrl' | 'trustProxy'>,
  log: Logger,
  parts: HttpParts,
): Express {
  const app = express()
  app.disable('x-powered-by')
  app.enable('strict routing')
  app.set('trust proxy', config.trustProxy)
  app.set('query parser', 'simple')
  // What has a version says so itself; a hash of an answer that nobody may keep is of no use.
  app.disable('etag')

  app.use(nameRequest, createRequestLogger(log), securityHeaders(config.publicUrl))
  app.use(parts.health)
  app.use('/widget', parts.widget)
  // Before the many paths of the bridge: directories and hosts ask more often than all others together.
  app.use('/scim/v2', parts.scim)
  app.use('/scim', parts.otherScimVersions)
  app.use('/team/v1', compressLists, parts.teamApi)
  app.use('/host/v1', parts.hostApi)
  // The OpenID provider parses its own bodies: no parser may come before it.
  app.use(parts.bridge)
  app.use('/.well-known/oauth-authorization-server/scim/v2', parts.scimMetadata)
  if (config.mode === 'demo') app.use(createDemoRedirects(parts.demoUrl))
  if (config.mode !== 'demo') app.get('/', landingPage)
  app.use(() => {
    throw new ProblemError('not-found', 'There is nothing here.')
  })
  app.use(sendProblem)
  return app
}

const nameRequest: RequestHandler = (request, response, next) => {
  response.set('x-request-id', requestIdOf(request))
  next()
}

/**
 * A page of people is eight times smaller so, and phones wait for it. Nothing else: events would be held back, and what a
 * host's server asks for travels a short way.
 */
const compressLists = compression({
  threshold: 4_096,
  filter: (_request, response) =>
    String(response.getHeader('content-type')).startsWith('application/json'),
})

/** Strict for everything; a page that needs more sets its own policy. */
function securityHeaders(publicUrl: string): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      // No `form-action`: signing out ends at the host's own address, and a redirect counts as one.
      directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], frameAncestors: ["'none'"] },
    },
    // A host may open the sign-in in a window and wait for its end.
    crossOriginOpenerPolicy: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: publicUrl.startsWith('https:')
      ? { maxAge: 31_536_000, includeSubDomains: false }
      : false,
    xFrameOptions: { action: 'deny' },
  })
}

/** Where each page of the demo is on the demo's own origin. */
const demoPages = {
  '/': '/',
  '/demo': '/inbox',
  '/demo/directory': '/directory',
  '/demo/gallery': '/gallery',
  '/demo/mailbox': '/mailbox',
} as const

function createDemoRedirects(demoUrl: () => string | undefined): Router {
  const router = express.Router()
  for (const [path, page] of Object.entries(demoPages)) {
    router.get(path, (_request, response) => {
      const url = demoUrl()
      if (url === undefined) throw new ProblemError('unavailable', 'The demo is still starting.')
      response.redirect(302, `${url}${page}`)
    })
  }
  return router
}
