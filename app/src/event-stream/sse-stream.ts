/** Server-sent events to one reader. WHATWG HTML §9.2. */
import type { ServerResponse } from 'node:http'

const heartbeatMs = 15_000

/** Beyond this much unread text the reader is too slow and starts again from its cursor. */
const maxBufferedBytes = 256 * 1024

const lastWordsMs = 2_000

/** One open `text/event-stream`. */
export interface SseStream {
  /** `id` is what the reader gives back to go on from here; undefined for what says nothing of how far it is. */
  send(id: string | undefined, data: unknown): void
  /** The same, of what is JSON already: one text for many streams. */
  sendJson(id: string | undefined, json: string): void
  end(): void
  /** Resolves once, whoever ended it; `too-slow` when its reader had stopped reading. */
  readonly closed: Promise<'closed' | 'too-slow'>
}

export interface SseOptions {
  heartbeatMs?: number
  maxBufferedBytes?: number
}

/** Begins the answer. */
export function openSseStream(response: ServerResponse, options: SseOptions = {}): SseStream {
  const limit = options.maxBufferedBytes ?? maxBufferedBytes
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // nginx would collect the events otherwise.
    'x-accel-buffering': 'no',
  })
  response.flushHeaders()
  // Keeps proxies from closing a quiet connection, and finds out that the reader is gone.
  const heartbeat = setInterval(() => write(': still here\n\n'), options.heartbeatMs ?? heartbeatMs)
  let isTooSlow = false
  const closed: SseStream['closed'] = new Promise((resolve) => {
    response.once('close', () => {
      clearInterval(heartbeat)
      resolve(isTooSlow ? 'too-slow' : 'closed')
    })
  })

  function write(text: string): void {
    if (response.writableEnded || response.destroyed) return
    response.write(text)
    if (response.writableLength <= limit) return
    isTooSlow = true
    response.destroy()
  }

  function sendJson(id: string | undefined, json: string): void {
    const name = id === undefined ? '' : `id: ${id}\n`
    write(`${name}data: ${json}\n\n`)
  }

  return {
    closed,
    send: (id, data) => sendJson(id, JSON.stringify(data)),
    sendJson,
    end() {
      response.end()
      // Who doesn't read what is left must not keep the connection.
      setTimeout(() => response.destroy(), lastWordsMs).unref()
    },
  }
}
