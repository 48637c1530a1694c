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

/** What `work` makes of each item, with turns for others between them. */
export function mapInTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
): Promise<Result[]> {
  return inTurns(mapSteps(items, work))
}

function* mapSteps<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
): Generator<void, Result[]> {
  const results: Result[] = []
  for (const item of items) {
    results.push(work(item))
    yield
  }
  return results
}
