import { setImmediate } from 'node:timers/promises'

/** So few that what takes some ten microseconds each is over within a millisecond. */
const sliceSize = 50

/** Works on many items in their order, and every few of them lets in whoever has asked for something else meanwhile. */
export async function inSlices<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = []
  for (const item of items) {
    if (results.length > 0 && results.length % sliceSize === 0) await setImmediate()
    results.push(work(item))
  }
  return results
}
