import { expect, it } from 'vitest'

import { inSlices } from './in-slices.ts'

it('works on everything in its order, and lets others in meanwhile', async () => {
  let turns = 0
  const count = (): NodeJS.Immediate =>
    setImmediate(() => {
      turns += 1
      if (turns < 100) count()
    })
  count()
  const seen: number[] = []
  const items = Array.from({ length: 501 }, (_, index) => index)
  const results = await inSlices(items, (item) => {
    seen.push(turns)
    return item * 2
  })
  expect(results).toEqual(items.map((item) => item * 2))
  expect(Math.max(...seen)).toBeGreaterThanOrEqual(9)
  expect(seen.filter((turn) => turn === seen[0]).length).toBeLessThan(100)
})

it('asks nobody to wait for a few', async () => {
  let isOver = false
  const done = inSlices([1, 2], (item) => item).then(() => (isOver = true))
  await Promise.resolve()
  await Promise.resolve()
  expect(isOver).toBe(true)
  expect(await done).toBe(true)
})
