import { expect, test } from 'vitest'

import { foreignSuites } from './suites.ts'

test.each(foreignSuites)('$name passes but for what is explained', ({ run, explained }) => {
  const outcomes = run()
  const failed = outcomes.filter(({ failure }) => failure !== undefined)
  // Both ways: what is explained but passes would be a lie.
  expect(failed.map(({ title }) => title).toSorted()).toEqual(
    explained.flatMap(({ titles }) => titles).toSorted(),
  )
  const passed = outcomes.filter(({ failure }) => failure === undefined)
  expect(passed.length).toBeGreaterThan(20)
  // A test that states nothing passes for nothing.
  expect(passed.filter(({ assertions }) => assertions === 0)).toEqual([])
})
