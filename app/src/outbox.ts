import { setTimeout as delay } from 'node:timers/promises'

import type { Database, SignalListener } from '@plantel/db'
import { sequenceEvents } from '@plantel/team'

import type { Logger } from './logger.ts'

/** A first event is told at once; what comes in the next moment goes together, because most of the cost is to look. */
const restMs = 50

/** Signals are hints and may get lost; this often we look for ourselves. */
const lookEveryMs = 5_000

/** Tells when events of a workspace can be read; like signals, but after they have their position. */
export interface Outbox {
  /** An empty set says that any workspace may have new events. Returns the function that stops listening. */
  listen(listener: SignalListener): () => void
  /** Waits for what is running; nobody is told afterwards. */
  close(): Promise<void>
}

/** One per process, for event streams and reactions together, so that events are sequenced once. */
export function createOutbox(db: Database, log: Logger): Outbox {
  const listeners = new Set<SignalListener>()
  let waiting = new Set<string>()
  let anything = false
  let running: Promise<void> | undefined
  const closing = new AbortController()

  async function run(): Promise<void> {
    while (!closing.signal.aborted && (anything || waiting.size > 0)) {
      const changed = anything ? new Set<string>() : waiting
      anything = false
      waiting = new Set()
      try {
        await sequenceEvents(db)
        for (const listener of listeners) listener(changed)
      } catch (error) {
        // Nothing is lost: the next look finds the same events.
        log.warn({ err: error }, 'events could not be sequenced')
        break
      }
      await delay(restMs, undefined, { signal: closing.signal }).catch(() => {})
    }
    running = undefined
  }

  function wake(workspaceIds: ReadonlySet<string>): void {
    if (closing.signal.aborted) return
    if (workspaceIds.size === 0) anything = true
    for (const id of workspaceIds) waiting.add(id)
    running ??= run()
  }

  const stopListening = db.signals.listen(wake)
  const timer = setInterval(() => wake(new Set()), lookEveryMs)
  wake(new Set())

  return {
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      closing.abort()
      stopListening()
      clearInterval(timer)
      await running
    },
  }
}
