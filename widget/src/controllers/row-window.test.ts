import { expect, test } from 'vitest'

import { MOST_ROWS, rowWindow, scrollTopToShow } from './row-window.ts'

const rowHeight = 64

test('a window covers what is visible and a few rows around it', () => {
  const { first, end } = rowWindow({
    scrollTop: 6400,
    viewportHeight: 640,
    rowHeight,
    count: 100_000,
  })
  expect(first).toBeLessThan(100)
  expect(end).toBeGreaterThan(110)
})

test('a window is never longer than the limit, at every place of any list and screen', () => {
  for (const count of [0, 1, 29, 30, 31, 100_000]) {
    for (const viewportHeight of [1, 300, 640, 1500, 10_000]) {
      for (
        let scrollTop = 0;
        scrollTop <= count * rowHeight;
        scrollTop += 1 + (count * rowHeight) / 7
      ) {
        const { first, end } = rowWindow({ scrollTop, viewportHeight, rowHeight, count })
        expect(end - first).toBeLessThan(MOST_ROWS)
        expect(first).toBeGreaterThanOrEqual(0)
        expect(end).toBeLessThanOrEqual(count)
      }
    }
  }
})

test('at the end of a list the window ends with the last row', () => {
  const { end } = rowWindow({
    scrollTop: 60 * rowHeight,
    viewportHeight: 640,
    rowHeight,
    count: 60,
  })
  expect(end).toBe(60)
})

test('a row comes into view with the smallest movement', () => {
  const view = { scrollTop: 640, viewportHeight: 640, rowHeight }
  expect(scrollTopToShow(12, view)).toBe(640)
  expect(scrollTopToShow(2, view)).toBe(128)
  expect(scrollTopToShow(25, view)).toBe(26 * 64 - 640)
})
