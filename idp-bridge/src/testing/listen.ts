import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A listening server on a loopback port; the handler may be set once the port is known. */
export interface TestServer {
  port: number
  handle: (listener: RequestListener) => void
  close: () => Promise<void>
}

export async function listen(): Promise<TestServer> {
  let listener: RequestListener | undefined
  const server: Server = createServer((req, res) => {
    if (listener === undefined) res.writeHead(503).end()
    else listener(req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    handle(next) {
      listener = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
