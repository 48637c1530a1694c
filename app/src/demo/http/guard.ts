import type { RequestHandler } from 'express'

/**
 * Lets a page of another site neither read nor write: requests must name our own host (a rebound
 * DNS name would not), and a browser's writes must come from our own pages. Programs send no
 * `Sec-Fetch-Site` and no `Origin`; they hold no cookie of a visitor either.
 */
export function createGuard(demoUrl: string): RequestHandler {
  const { host, port } = new URL(demoUrl)
  return (request, response, next) => {
    const asked = request.get('host')
    if (asked !== host) {
      if (asked === `localhost:${port}` && request.method === 'GET') {
        response.redirect(302, demoUrl + request.originalUrl)
        return
      }
      response.status(421).type('text').send(`This is ${demoUrl}.\n`)
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const site = request.get('sec-fetch-site')
      const origin = request.get('origin')
      const foreign =
        site === undefined ? origin !== undefined && origin !== demoUrl : site !== 'same-origin'
      if (foreign) {
        response.status(403).type('text').send('This form was sent from another site.\n')
        return
      }
    }
    next()
  }
}
