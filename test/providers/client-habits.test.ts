import { expect, test } from 'vitest'

import { clientHabits, evidenceOf } from './client-habits.ts'

test('every habit is on the list once, in order', () => {
  expect(clientHabits.map(({ row }) => row)).toEqual(clientHabits.map((_, index) => index + 1))
  expect(clientHabits).toHaveLength(53)
})

test.each(clientHabits)('row $row ($client: $habit) is on record or under test', (habit) => {
  expect(evidenceOf(habit)).not.toEqual([])
})
