import type { RequestHandler } from 'express'

/**
 * Makes a request say it came to the configured address, whatever its `Host` and forwarding headers
 * say: the libraries behind it write URLs and `Secure` cookies from the request.
 */
export function pinOrigin(publicUrl: string): RequestHandler {
  const { host, protocol } = new URL(publicUrl)
  return (req, _res, next) => {
    req.headers.host = host
    req.headers['x-forwarded-proto'] = protocol.slice(0, -1)
    delete req.headers['x-forwarded-host']
    next()
  }
}
