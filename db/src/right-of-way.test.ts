import { setImmediate as nextTurn } from 'node:timers/promises'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { type Passage, RightOfWay } from './right-of-way.ts'

let way: RightOfWay
let long: Passage

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  way = new RightOfWay()
  long = way.enter()
  long.giveWay()
})

afterEach(() => {
  vi.useRealTimers()
})

/** Whether the long one may begin a step now, and whether it may once it was told so. */
function beginStep(): { readonly hasBegun: boolean } {
  const step = { hasBegun: false }
  const mayBegin = long.step()
  if (mayBegin === undefined) step.hasBegun = true
  else void mayBegin.then(() => (step.hasBegun = true))
  return step
}

test('long work goes on at once where nothing short is under way', () => {
  expect(long.step()).toBeUndefined()
})

test('long work waits until the last of the short ones is over', async () => {
  const [first, second] = [way.enter(), way.enter()]
  const step = beginStep()
  first.leave()
  await nextTurn()
  expect(step.hasBegun).toBe(false)
  second.leave()
  await nextTurn()
  expect(step.hasBegun).toBe(true)
})

test('nobody else waits: neither for a short one nor for one that gives way', () => {
  const short = way.enter()
  expect(short.step()).toBeUndefined()
  short.leave()
  const otherLong = way.enter()
  otherLong.giveWay()
  expect([long.step(), otherLong.step()]).toEqual([undefined, undefined])
})

test('whoever takes longer than twenty milliseconds is not waited for any more', async () => {
  way.enter()
  const step = beginStep()
  vi.advanceTimersByTime(19)
  await nextTurn()
  expect(step.hasBegun).toBe(false)
  vi.advanceTimersByTime(1)
  await nextTurn()
  expect(step.hasBegun).toBe(true)
  vi.advanceTimersByTime(10)
  expect(long.step()).toBeUndefined()
})

test('whoever has been under way for some time is waited for that much less', async () => {
  way.enter()
  vi.advanceTimersByTime(15)
  const step = beginStep()
  vi.advanceTimersByTime(5)
  await nextTurn()
  expect(step.hasBegun).toBe(true)
})

test('whoever hurries waits for nobody, though they give way again', () => {
  way.enter()
  long.hurry()
  expect(long.step()).toBeUndefined()
  long.giveWay()
  expect(long.step()).toBeUndefined()
})

test('one step waits twenty milliseconds, however long the work before it was', async () => {
  vi.advanceTimersByTime(500)
  way.enter()
  const step = beginStep()
  vi.advanceTimersByTime(20)
  await nextTurn()
  expect(step.hasBegun).toBe(true)
})

test('a long one that did not say so holds nobody up between the short ones', async () => {
  way.enter()
  vi.advanceTimersByTime(30)
  const short = way.enter()
  const step = beginStep()
  expect(step.hasBegun).toBe(false)
  short.leave()
  await nextTurn()
  expect(step.hasBegun).toBe(true)
})

test('where short ones never end, long work takes about twice its time', async () => {
  let workedMs = 0
  for (let steps = 0; steps < 100; steps += 1) {
    way.enter()
    const step = beginStep()
    while (!step.hasBegun) {
      way.enter()
      vi.advanceTimersByTime(1)
      await nextTurn()
    }
    vi.advanceTimersByTime(5)
    workedMs += 5
  }
  const waitedMs = performance.now() - long.enteredAt - workedMs
  expect(waitedMs).toBeGreaterThan(workedMs * 0.8)
  expect(waitedMs).toBeLessThanOrEqual(workedMs + 40)
})
