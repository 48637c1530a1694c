import { followEventStream, type LiveMessage, type StreamPlace } from './event-stream.ts'
import type { TeamApi } from './team-api.ts'

/** What is in view changes while somebody scrolls: it is told when it stands still. */
const STILL_MS = 300
const HEARTBEAT_MS = 15_000

/** What every screen works with: the API, and the live messages that all screens share. */
export interface TeamSession {
  readonly api: TeamApi
  /** Hears what the stream says once it is open; with the last listener it closes. */
  subscribe(listener: (message: LiveMessage) => void): () => void
  /**
   * Opens the stream unless it is open: from the position of what was read, or else, when it was given up
   * because the person was signed out, from now on with a `gap`. While it is open, others see the person as here.
   */
  listen(position: string | undefined): void
  /** Whose presence is wanted: the members in view. */
  watch(memberIds: string[]): void
}

/** One session serves one widget for as long as its API base stays the same. */
export function createTeamSession(api: TeamApi): TeamSession {
  const listeners = new Set<(message: LiveMessage) => void>()
  const place: StreamPlace = { cursor: undefined, visible: [] }
  let stream: AbortController | undefined
  let opening: ReturnType<typeof setTimeout> | undefined
  let heart: ReturnType<typeof setInterval> | undefined

  function stop(): void {
    clearTimeout(opening)
    clearInterval(heart)
    stream?.abort()
    stream = undefined
  }

  /** Opens the stream anew where it was, with whom is in view now. */
  async function follow(): Promise<void> {
    stop()
    const own = new AbortController()
    stream = own
    const beat = (): void => {
      const state = document.hidden ? 'away' : 'online'
      // Nothing is lost when one is: the next says the same.
      void api.post('presence', { state }, own.signal).catch(() => undefined)
    }
    heart = setInterval(beat, HEARTBEAT_MS)
    beat()
    await followEventStream(
      api,
      (message) => {
        for (const hear of listeners) hear(message)
      },
      own.signal,
      place,
    )
    if (stream === own) stop()
  }

  function openLater(): void {
    clearTimeout(opening)
    stream ??= new AbortController()
    opening = setTimeout(() => void follow(), STILL_MS)
  }

  return {
    api,
    listen: (position) => {
      if (stream !== undefined || listeners.size === 0) return
      place.cursor = position
      openLater()
    },
    watch: (memberIds) => {
      if (memberIds.join() === place.visible.join()) return
      place.visible = memberIds
      if (stream !== undefined) openLater()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) stop()
      }
    },
  }
}
