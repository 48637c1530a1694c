import { expect, test } from 'vitest'

import { activeDays, daysOf, querySince } from './active-days.ts'

const noon = new Date(2026, 10, 22, 12).getTime()
const DAY_MS = 86_400_000

test.each(activeDays)('%i days are the same choice all day, and on the days after', (days) => {
  const query = querySince(days, noon)
  expect(querySince(days, noon + 6 * 3_600_000)).toEqual(query)
  const since = { activeSince: null, notActiveSince: null, ...query }
  expect(daysOf(since, noon)).toBe(days)
  expect(daysOf(since, noon + 3 * DAY_MS)).toBe(days)
})

test('who was there and who was not exclude each other, and nothing is no choice', () => {
  expect(querySince(7, noon).notActiveSince).toBeNull()
  expect(querySince(-30, noon).activeSince).toBeNull()
  expect(querySince(0, noon)).toEqual({ activeSince: null, notActiveSince: null })
  expect(daysOf({ activeSince: null, notActiveSince: null }, noon)).toBe(0)
})
