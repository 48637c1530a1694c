import { Router } from 'express'

import { sendProblem } from '../problem.ts'
import { createRouteTable } from '../route-table.ts'
import { refuseUnstorableUrl } from '../storable-text.ts'
import type { Api } from './api.ts'
import { documentRoutes } from './document-routes.ts'
import { type RequestServices, serveOperations } from './serve-operations.ts'

/** Serves an API and its document. */
export function createApiRouter<Caller>(api: Api<Caller>, services: RequestServices): Router {
  const router = Router()
  router.use((_request, response, next) => {
    response.set('cache-control', 'no-store')
    next()
  }, refuseUnstorableUrl)
  router.use(createRouteTable([...documentRoutes(api), ...serveOperations(api, services)]))
  router.use(sendProblem)
  return router
}
