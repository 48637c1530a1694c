import type { Request, Response } from 'express'

/** Keeps a `text/event-stream` open until the browser leaves; answers the function that sends. */
export function openEventStream(
  request: Request,
  response: Response,
  subscribe: (send: (event: string, data: unknown) => void) => () => void,
): void {
  response.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.flushHeaders()
  response.write(': open\n\n')
  const unsubscribe = subscribe((event, data) => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  })
  // Proxies and laptops that slept drop silent connections.
  const heartbeat = setInterval(() => response.write(': \n\n'), 20_000)
  request.on('close', () => {
    clearInterval(heartbeat)
    unsubscribe()
  })
}
