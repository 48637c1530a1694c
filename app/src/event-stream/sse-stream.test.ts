import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'

import { afterEach, expect, it } from 'vitest'

import { openSseStream } from './sse-stream.ts'

const servers: Server[] = []

async function serve(handler: RequestListener): Promise<AddressInfo> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return server.address() as AddressInfo
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

it('writes messages with their id, one JSON object a line', async () => {
  const { port } = await serve((_, response) => {
    const stream = openSseStream(response)
    stream.send('41', { type: 'ready' })
    stream.send('42', { text: 'two\nlines' })
    stream.end()
  })
  const response = await fetch(`http://127.0.0.1:${port}`)
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
  expect(response.headers.get('cache-control')).toContain('no-store')
  expect(await response.text()).toBe(
    'id: 41\ndata: {"type":"ready"}\n\nid: 42\ndata: {"text":"two\\nlines"}\n\n',
  )
})

it('sends a comment while nothing happens', async () => {
  const { port } = await serve((_, response) => {
    const stream = openSseStream(response, { heartbeatMs: 10 })
    setTimeout(() => stream.end(), 100)
  })
  const text = await (await fetch(`http://127.0.0.1:${port}`)).text()
  expect(text).toMatch(/^: [^\n]+\n\n/)
})

it('says that it is closed when the reader goes away', async () => {
  let closed: string | undefined
  const { port } = await serve((_, response) => {
    void openSseStream(response).closed.then((why) => (closed = why))
  })
  const abort = new AbortController()
  await fetch(`http://127.0.0.1:${port}`, { signal: abort.signal })
  abort.abort()
  await expect.poll(() => closed).toBe('closed')
})

it('closes a reader that does not read, keeping no more than its buffer', async () => {
  let closed: string | undefined
  let mostBuffered = 0
  const { port } = await serve((_, response) => {
    const stream = openSseStream(response, { maxBufferedBytes: 64 * 1024 })
    const line = 'x'.repeat(8 * 1024)
    const writing = setInterval(() => {
      for (let id = 0; id < 64; id++) stream.send(String(id), line)
      mostBuffered = Math.max(mostBuffered, response.writableLength)
    }, 1)
    void stream.closed.finally(() => clearInterval(writing))
    void stream.closed.then((why) => (closed = why))
  })
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  await expect.poll(() => closed, { timeout: 10_000 }).toBe('too-slow')
  expect(mostBuffered).toBeLessThan(80 * 1024)
  socket.destroy()
})
