import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it arrived. */
export interface RecordedRequest {
  path: string
  headers: Record<string, string>
  body: string
}

interface RecordedAnswer {
  status: number
  location?: string
  json?: unknown
}

/** A server of somebody else that remembers what it is sent. */
export interface RecordingServer {
  origin: string
  requests: RecordedRequest[]
  /** What it answers from now on; a redirect goes to `location`. */
  answer: RecordedAnswer | ((request: RecordedRequest) => RecordedAnswer | Promise<RecordedAnswer>)
  close(): Promise<void>
}

export async function openRecordingServer(): Promise<RecordingServer> {
  const recorder: RecordingServer = {
    origin: '',
    requests: [],
    answer: { status: 204 },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', async () => {
      const headers = request.headers as Record<string, string>
      const recorded = { path: request.url ?? '', headers, body }
      recorder.requests.push(recorded)
      const { answer } = recorder
      const { status, location, json } =
        typeof answer === 'function' ? await answer(recorded) : answer
      response.writeHead(status, {
        ...(location === undefined ? {} : { location }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      })
      response.end(json === undefined ? undefined : JSON.stringify(json))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  recorder.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return recorder
}
