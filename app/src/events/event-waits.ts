import type { Outbox } from '../outbox.ts'
import { ProblemError } from '../problem.ts'

/** Each is a connection that stays open; more are no help to a host that reads in order. */
const maxPerHost = 100

/** Requests that wait for the next event. */
export interface EventWaits {
  /** Changes with every sign of new events. Read it before looking, or what comes meanwhile is missed. */
  readonly round: number
  /** Resolves when `round` is another one, after `ms` at the latest; throws `rate-limited`. */
  next(hostId: string, round: number, ms: number): Promise<void>
  /** Lets everybody go, now and from now on. */
  close(): void
}

export function createEventWaits(outbox: Pick<Outbox, 'listen'>): EventWaits {
  const waiting = new Map<() => void, string>()
  let round = 0
  let closed = false

  function wakeAll(): void {
    round += 1
    for (const wake of waiting.keys()) wake()
  }
  const stopListening = outbox.listen(wakeAll)

  return {
    get round() {
      return round
    },
    async next(hostId, since, ms) {
      if (closed || since !== round) return
      const others = [...waiting.values()].filter((each) => each === hostId).length
      if (others >= maxPerHost) {
        throw new ProblemError(
          'rate-limited',
          `At most ${maxPerHost} requests of a host wait for events at once: read with one of them.`,
        )
      }
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer)
          waiting.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, ms)
        waiting.set(wake, hostId)
      })
    },
    close() {
      closed = true
      stopListening()
      wakeAll()
    },
  }
}
