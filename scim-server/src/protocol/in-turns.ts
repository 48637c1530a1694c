import { setImmediate } from 'node:timers/promises'

/** How long one request may keep all others waiting. */
const turnMs = 10

/** Runs work to its end, and lets others have a turn between its steps. */
export async function inTurns<Result>(steps: Generator<void, Result>): Promise<Result> {
  let turnEnds = performance.now() + turnMs
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (performance.now() < turnEnds) continue
    await setImmediate()
    turnEnds = performance.now() + turnMs
  }
}
