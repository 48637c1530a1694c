import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands between the demo and Plantel and, once told to, loses answers: as if the demo were killed there. */
export interface CuttingProxy {
  url: string
  /** Lets so many requests through whole; of those after that Plantel does the first and nobody hears of it. */
  cutAfter: (requests: number) => void
  /** Method and path of the requests since `cutAfter`. */
  seen: () => readonly string[]
  close: () => void
}

export async function openCuttingProxy(target: string): Promise<CuttingProxy> {
  let left = Infinity
  let seen: string[] = []
  const server: Server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    left -= 1
    const isLost = left < 0
    // Only the first one reaches Plantel: a dead process sends nothing more.
    if (left < -1) {
      response.destroy()
      return
    }
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const headers = new Headers()
      for (const name of ['authorization', 'content-type', 'accept', 'user-agent']) {
        const value = request.headers[name]
        if (typeof value === 'string') headers.set(name, value)
      }
      const answer = await fetch(target + (request.url ?? ''), {
        method: request.method ?? 'GET',
        headers,
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
        redirect: 'manual',
      })
      const body = Buffer.from(await answer.arrayBuffer())
      if (isLost) {
        response.destroy()
        return
      }
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'application/octet-stream',
      })
      response.end(body)
    })().catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutAfter(requests) {
      left = requests
      seen = []
    },
    seen: () => seen,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
