import { setTimeout as delay } from 'node:timers/promises'

import type { RightOfWay } from './right-of-way.ts'

/** Runs work that nobody waits for once the work before it is over. */
export type RunInBackground = <T>(work: () => Promise<T>) => Promise<T>

/** For how long the next waits: work that takes longer is likely to wait for somebody itself, and holds no processor. */
const usualPatienceMs = 250

/**
 * One piece of work after the other, in the order of asking. Each keeps a session of the database busy: several at once
 * would leave no processor to those who wait for an answer, and short transactions that are under way go before each.
 */
export function createBackground(
  way: RightOfWay,
  patienceMs: number = usualPatienceMs,
): RunInBackground {
  let before: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = before.then(() => way.untilFree()).then(work)
    before = before.then(() =>
      Promise.race([result.catch(() => {}), delay(patienceMs, undefined, { ref: false })]),
    )
    return result
  }
}
