import type { StreamMessage } from '../contract/index.ts'
import { toApiError } from './api-error.ts'
import { createServerSentEventParser } from './server-sent-events.ts'
import type { TeamApi } from './team-api.ts'

/** Where a stream is and whose presence it tells; kept while it is closed and opened again. */
export interface StreamPlace {
  cursor: string | undefined
  visible: string[]
}

/** What a screen hears: the server's messages, and `gap` when some may have been missed. */
export type LiveMessage = StreamMessage | { type: 'gap' }

/** A connection that is silent for longer than this is taken for dead; the server sends comments more often. */
const SILENCE_MS = 75_000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000

/**
 * Listens until `signal` aborts: reopens a stream that ends or breaks, after a growing pause or when
 * the browser is online again, and goes on after the last message it received: `place` keeps which that was.
 * It gives up where asking again cannot help: signed out or forbidden.
 */
export async function followEventStream(
  api: Pick<TeamApi, 'openEventStream'>,
  listener: (message: LiveMessage) => void,
  signal: AbortSignal,
  place: StreamPlace,
): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    const resumed = place.cursor !== undefined
    try {
      await readStream(api, place, signal, (id, message) => {
        place.cursor = id ?? place.cursor
        failures = 0
        listener(message)
        // Without a cursor nobody knows what happened between the last read and now.
        if (message.type === 'ready' && !resumed) listener({ type: 'gap' })
      })
    } catch (cause) {
      if (signal.aborted) return
      const { code, kind } = toApiError(cause)
      if (kind === 'signed-out' || kind === 'forbidden' || kind === 'outdated') return
      // The server no longer knows the place we were at.
      if (code === 'invalid-request') place.cursor = undefined
    }
    failures += 1
    await pause(failures, signal)
  }
}

async function readStream(
  api: Pick<TeamApi, 'openEventStream'>,
  { cursor, visible }: StreamPlace,
  signal: AbortSignal,
  onMessage: (id: string | undefined, message: StreamMessage) => void,
): Promise<void> {
  const attempt = new AbortController()
  const reading = AbortSignal.any([signal, attempt.signal])
  let silence: ReturnType<typeof setTimeout> | undefined
  const heard = (): void => {
    clearTimeout(silence)
    silence = setTimeout(() => attempt.abort(), SILENCE_MS)
  }
  try {
    heard()
    const body = await api.openEventStream({ ...(cursor && { cursor }), visible }, reading)
    const reader = body.pipeThrough(new TextDecoderStream(), { signal: reading }).getReader()
    const parse = createServerSentEventParser()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      heard()
      for (const event of parse(value)) {
        onMessage(event.id, JSON.parse(event.data) as StreamMessage)
      }
    }
  } finally {
    clearTimeout(silence)
    attempt.abort()
  }
}

/** Waits with growing length and some chance, so that a restarted server isn't met by everybody at once. */
function pause(failures: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS)
  return new Promise((resolve) => {
    const done = new AbortController()
    const wake = (): void => {
      clearTimeout(timer)
      done.abort()
      resolve()
    }
    const timer = setTimeout(
      wake,
      navigator.onLine ? longest * (0.5 + Math.random() / 2) : LONGEST_PAUSE_MS,
    )
    signal.addEventListener('abort', wake, { signal: done.signal })
    addEventListener('online', wake, { signal: done.signal })
  })
}
