import { expect, test } from 'vitest'

import { MOST_ROWS, rowWindow, scrollTopToShow } from './row-window.ts'

const rowHeight = 64
const nothing = { first: 0, end: 0 }

test('a window covers what is visible and a few rows around it', () => {
  const view = { scrollTop: 6400, viewportHeight: 640, rowHeight, count: 100_000 }
  const { first, end } = rowWindow(view, nothing)
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
        const view = { scrollTop, viewportHeight, rowHeight, count }
        const top = Math.floor(scrollTop / rowHeight)
        for (const rendered of [nothing, { first: top - 9, end: top + 20 }]) {
          for (const more of [0, 2, 100]) {
            const { first, end } = rowWindow(view, rendered, more)
            expect(end - first).toBeLessThan(MOST_ROWS)
            expect(first).toBeGreaterThanOrEqual(0)
            expect(end).toBeLessThanOrEqual(count)
          }
        }
      }
    }
  }
})

test('at the end of a list the window ends with the last row', () => {
  const view = { scrollTop: 60 * rowHeight, viewportHeight: 640, rowHeight, count: 60 }
  expect(rowWindow(view, nothing).end).toBe(60)
})

test('rows that were rendered ahead stay while there is room for them, and those of another place do not', () => {
  const view = { scrollTop: 6400, viewportHeight: 640, rowHeight, count: 100_000 }
  let rendered = rowWindow(view, nothing)
  for (let step = 0; step < 9; step += 1) rendered = rowWindow(view, rendered, 2)
  expect(rendered.end - rendered.first).toBe(MOST_ROWS - 1)
  const nextPage = { ...view, scrollTop: 6400 + 512 }
  const next = rowWindow(nextPage, rendered)
  expect(next.end - rendered.end).toBeLessThanOrEqual(2)
  expect(rowWindow(view, { first: 500, end: 529 })).toEqual(rowWindow(view, nothing))
  expect(rowWindow(view, { first: 0, end: 29 })).toEqual(rowWindow(view, nothing))
})

test('a row comes into view with the smallest movement', () => {
  const view = { scrollTop: 640, viewportHeight: 640, rowHeight }
  expect(scrollTopToShow(12, view)).toBe(640)
  expect(scrollTopToShow(2, view)).toBe(128)
  expect(scrollTopToShow(25, view)).toBe(26 * 64 - 640)
})
