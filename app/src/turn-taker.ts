import type { Logger } from './logger.ts'

/** What it takes to work on whatever is due, several at once. */
export interface Turns<Due> {
  /** Names the work in log lines. */
  name: string
  /** What is due, in the order of its turn. */
  find: () => Promise<readonly Due[]>
  /** The same text for the same work, which is never done twice at once. */
  keyOf: (due: Due) => string
  /** Whether one more may begin beside those at work. */
  hasPlace: (due: Due, atWork: readonly Due[]) => boolean
  run: (due: Due) => Promise<void>
  /** How long it rests after a round before a hint begins the next one: most of the cost of a trickle is to look. */
  restMs: number
}

/** Starts what is due whenever it is woken, until stopped. */
export interface TurnTaker {
  /** Something is due. */
  readonly wake: () => void
  /** Something may be due: begins a round at once, or when it has rested from the last one. */
  readonly hint: () => void
  readonly wakeIn: (seconds: number) => void
  readonly isAtWork: () => boolean
  /** Aborts when it is stopped. */
  readonly stopping: AbortSignal
  /** Begins nothing more and waits for what is at work. */
  readonly stop: () => Promise<void>
}

/** One round at a time: being woken in the middle of one means another after it. */
export function createTurnTaker<Due>(turns: Turns<Due>, log: Logger): TurnTaker {
  const tasks = new Map<string, { due: Due; done: Promise<void> }>()
  const timers = new Set<NodeJS.Timeout>()
  const stopping = new AbortController()
  let round: Promise<void> | undefined
  let again = false
  let lastRoundAt = -Infinity
  let hinted: NodeJS.Timeout | undefined

  function wake(): void {
    again = true
    round ??= runRounds()
  }

  function hint(): void {
    if (stopping.signal.aborted) return
    const restsForMs = lastRoundAt + turns.restMs - performance.now()
    if (restsForMs <= 0) wake()
    else {
      hinted ??= setTimeout(() => {
        hinted = undefined
        wake()
      }, restsForMs)
    }
  }

  async function runRounds(): Promise<void> {
    while (again && !stopping.signal.aborted) {
      again = false
      lastRoundAt = performance.now()
      try {
        await startTasks()
      } catch (error) {
        log.warn({ err: error }, `${turns.name} could not be started; they are looked for again`)
      }
    }
    round = undefined
  }

  async function startTasks(): Promise<void> {
    for (const due of await turns.find()) {
      if (stopping.signal.aborted) return
      const key = turns.keyOf(due)
      const atWork = [...tasks.values()].map((task) => task.due)
      // Whoever is left out here is found when one of those at work ends.
      if (tasks.has(key) || !turns.hasPlace(due, atWork)) continue
      const done = turns
        .run(due)
        .catch((error: unknown) => log.warn({ err: error, due }, `${turns.name} could not be run`))
        .finally(() => tasks.delete(key))
      tasks.set(key, { due, done })
    }
  }

  return {
    wake,
    hint,
    wakeIn(seconds) {
      const timer = setTimeout(
        () => {
          timers.delete(timer)
          wake()
        },
        seconds * 1_000 + 20,
      )
      timers.add(timer)
    },
    isAtWork: () => tasks.size > 0,
    stopping: stopping.signal,
    async stop() {
      stopping.abort()
      clearTimeout(hinted)
      for (const timer of timers) clearTimeout(timer)
      await round
      await Promise.all([...tasks.values()].map((task) => task.done))
    },
  }
}
