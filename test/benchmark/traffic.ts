import { setTimeout as delay } from 'node:timers/promises'

import type { Contestant } from './compare.ts'
import { LoadConnection } from './http-load.ts'

/** What people and directories ask meanwhile: a steady stream that leaves the processor time. */
export interface Traffic {
  /** Milliseconds that 95 of 100 of the requests since the last call took at most. */
  takeP95: () => number
  stop: () => Promise<void>
}

/** One connection for each kind of request, with a pause after each answer. */
export function startTraffic(kinds: readonly Contestant[], pauseMs: number): Traffic {
  const stopping = new AbortController()
  let durations: number[] = []

  async function ask(kind: Contestant): Promise<void> {
    const connection = new LoadConnection(kind.next().url)
    while (!stopping.signal.aborted) {
      const sentAt = performance.now()
      const { status } = await connection.send(kind.next())
      durations.push(performance.now() - sentAt)
      if (status !== kind.expectedStatus) throw new Error(`${kind.name} answered ${status}`)
      await delay(pauseMs)
    }
    connection.close()
  }

  const running = Promise.all(kinds.map(ask))
  return {
    takeP95() {
      const sorted = durations.toSorted((a, b) => a - b)
      durations = []
      return sorted[Math.floor(sorted.length * 0.95)] ?? 0
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
