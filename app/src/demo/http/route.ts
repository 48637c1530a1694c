import type { Request, RequestHandler, Response } from 'express'

/** An endpoint that waits for something: what it throws goes to the error answer. */
export function route(
  work: (request: Request, response: Response) => Promise<void>,
): RequestHandler {
  // Express 5 waits for the promise.
  return (request, response) => work(request, response)
}
