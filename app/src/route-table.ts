import { type RequestHandler, Router } from 'express'

import { ProblemError } from './problem.ts'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** One line of an API's table. */
export type Route = readonly [method: Method, path: string, handler: RequestHandler]

/** Serves a table of routes; a known path with another method answers 405 with `Allow`. */
export function createRouteTable(routes: readonly Route[]): RequestHandler {
  // A router compares a request with one route after the other: it gets those with as many segments only.
  const byDepth = new Map(
    [...Map.groupBy(routes, ([, path]) => depthOf(path))].map(
      ([depth, alike]) => [depth, createRouter(alike)] as const,
    ),
  )
  const none = createRouter([])
  return (request, response, next) => {
    const router = byDepth.get(depthOf(request.path)) ?? none
    router(request, response, next)
  }
}

function depthOf(path: string): number {
  return path.split('/').length
}

function createRouter(routes: readonly Route[]): Router {
  const router = Router({ caseSensitive: true, strict: true })
  for (const [method, path, handler] of routes) router[method](path, handler)
  for (const path of new Set(routes.map(([, path]) => path))) {
    const allowed = routes
      .filter((route) => route[1] === path)
      .map(([method]) => method.toUpperCase())
    router.all(path, (request, response) => {
      response.set('allow', [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : [])].join(', '))
      throw new ProblemError('method-not-allowed', `${request.method} is not possible here.`)
    })
  }
  router.use(() => {
    throw new ProblemError('not-found', 'There is nothing here.')
  })
  return router
}
