import { followEventStream, type LiveMessage } from './event-stream.ts'
import type { TeamApi } from './team-api.ts'

/** What every screen works with: the API, and the live messages that all screens share. */
export interface TeamSession {
  readonly api: TeamApi
  /** Hears what changes from now on; the stream opens with the first listener and closes with the last. */
  subscribe(listener: (message: LiveMessage) => void): () => void
  /** Opens the stream again that was given up, e.g. because the person was signed out. */
  resume(): void
}

/** One session serves one widget for as long as its API base stays the same. */
export function createTeamSession(api: TeamApi): TeamSession {
  const listeners = new Set<(message: LiveMessage) => void>()
  let stream: AbortController | undefined

  async function follow(): Promise<void> {
    const own = new AbortController()
    stream = own
    await followEventStream(
      api,
      (message) => {
        for (const hear of listeners) hear(message)
      },
      own.signal,
    )
    if (stream === own) stream = undefined
  }

  function resume(): void {
    if (stream === undefined && listeners.size > 0) void follow()
  }

  return {
    api,
    resume,
    subscribe: (listener) => {
      listeners.add(listener)
      resume()
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        stream?.abort()
        stream = undefined
      }
    },
  }
}
