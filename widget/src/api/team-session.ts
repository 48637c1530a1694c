import { followEventStream, type LiveMessage } from './event-stream.ts'
import type { TeamApi } from './team-api.ts'

/** What every screen works with: the API, and the live messages that all screens share. */
export interface TeamSession {
  readonly api: TeamApi
  /** Hears what the stream says once it is open; with the last listener it closes. */
  subscribe(listener: (message: LiveMessage) => void): () => void
  /**
   * Opens the stream unless it is open: from the position of what was read, or else, when it was given up
   * because the person was signed out, from now on with a `gap`.
   */
  listen(position: string | undefined): void
}

/** One session serves one widget for as long as its API base stays the same. */
export function createTeamSession(api: TeamApi): TeamSession {
  const listeners = new Set<(message: LiveMessage) => void>()
  let stream: AbortController | undefined

  async function follow(position: string | undefined): Promise<void> {
    const own = new AbortController()
    stream = own
    await followEventStream(
      api,
      (message) => {
        for (const hear of listeners) hear(message)
      },
      own.signal,
      position,
    )
    if (stream === own) stream = undefined
  }

  function listen(position: string | undefined): void {
    if (stream === undefined && listeners.size > 0) void follow(position)
  }

  return {
    api,
    listen,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        stream?.abort()
        stream = undefined
      }
    },
  }
}
