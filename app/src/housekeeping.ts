import type { Logger } from './logger.ts'

/** Something that must be swept now and then; answers how many entries went. */
export interface Chore {
  name: string
  /** Ends early once `closing` aborts: what is left is done the next time. */
  run: (closing: AbortSignal) => Promise<number>
}

/** Runs chores in the background until closed; every replica has one, so chores must bear company. */
export interface Housekeeping {
  /** Waits for what is being swept. */
  close(): Promise<void>
}

const firstAfterMs = 60_000
const everyMs = 3_600_000

/** A minute after the start and then every hour; what fails is tried again the next time. */
export function createHousekeeping(
  chores: readonly Chore[],
  log: Logger,
  timing: { firstAfterMs: number; everyMs: number } = { firstAfterMs, everyMs },
): Housekeeping {
  const closing = new AbortController()
  let running: Promise<void> | undefined
  let timer = setTimeout(begin, timing.firstAfterMs).unref()

  function begin(): void {
    running = runAll().finally(() => {
      running = undefined
      if (!closing.signal.aborted) timer = setTimeout(begin, timing.everyMs).unref()
    })
  }

  async function runAll(): Promise<void> {
    for (const { name, run } of chores) {
      if (closing.signal.aborted) return
      try {
        const gone = await run(closing.signal)
        if (gone > 0) log.info({ chore: name, gone }, 'swept')
      } catch (error) {
        log.warn({ err: error, chore: name }, 'could not sweep; it is tried again in an hour')
      }
    }
  }

  return {
    async close() {
      closing.abort()
      clearTimeout(timer)
      await running
    },
  }
}
