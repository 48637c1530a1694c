import { expect, test } from 'vitest'

import { mapInTurns } from './in-turns.ts'

/** Keeps everybody waiting. */
function workMs(ms: number): void {
  const ends = performance.now() + ms
  while (performance.now() < ends);
}

test('between items others have a turn, and the results are in order', async () => {
  let turns = 0
  let isOver = false
  const takeTurns = (): void => {
    turns += 1
    if (!isOver) setImmediate(takeTurns)
  }
  setImmediate(takeTurns)
  const items = Array.from({ length: 20 }, (_, index) => index)
  const results = await mapInTurns(items, (item) => {
    workMs(5)
    return item * 2
  })
  isOver = true
  expect(results).toEqual(items.map((item) => item * 2))
  expect(turns).toBeGreaterThanOrEqual(5)
})
