import { setTimeout as delay } from 'node:timers/promises'

import type { Contestant } from './compare.ts'
import { LoadConnection } from './http-load.ts'

/** What people and directories ask meanwhile: a steady stream that leaves the processor time. */
export interface Traffic {
  /** How many milliseconds each of the requests since the last call took. */
  take: () => number[]
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
    take() {
      const taken = durations
      durations = []
      return taken
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** What 95 of 100 of them took at most. */
export function p95Of(durations: readonly number[]): number {
  return durations.toSorted((a, b) => a - b)[Math.floor(durations.length * 0.95)] ?? 0
}
