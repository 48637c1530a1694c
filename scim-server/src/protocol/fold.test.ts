import { expect, test } from 'vitest'

import { compareCodePoints, fold } from './fold.ts'
import { parseInstant } from './instant.ts'

test.each([
  ['ANA@Example.COM', 'ana@example.com'],
  ['ＡＢＣ', 'abc'],
  ['ΑΣ', 'ασ'],
  ['ΑΣΑ', 'ασα'],
  ['e\u0301', '\u00e9'],
])('RFC7643-2.2 %s folds to %s', (text, expected) => {
  expect(fold(text)).toBe(expected)
  expect(fold(fold(text))).toBe(expected)
})

test('order is that of code points, not of UTF-16 units', () => {
  expect(compareCodePoints('\u{1F600}', '\uFFFD')).toBeGreaterThan(0)
  expect(compareCodePoints('a', 'ab')).toBeLessThan(0)
  expect(compareCodePoints('ab', 'ab')).toBe(0)
})

test.each([
  ['2026-01-31T10:00:00Z', '2026-01-31T10:00:00.000000Z'],
  ['2026-01-31t12:00:00.1234567+02:00', '2026-01-31T10:00:00.123456Z'],
  ['2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00.000000Z'],
])('RFC7643-2.3.5 %s is %s', (text, expected) => {
  expect(parseInstant(text)).toBe(expected)
})

test.each([
  '2026-02-31T10:00:00Z',
  '2026-01-31',
  '2026-01-31T10:00:00',
  '2026-01-31T25:00:00Z',
  '2026-1-1T00:00:00Z',
  '0000-01-01T00:00:00+01:00',
  'today',
])('RFC7643-2.3.5 %s is no dateTime', (text) => {
  expect(parseInstant(text)).toBeUndefined()
})
