import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { forEachAtOnce } from './for-each-at-once.ts'

describe('forEachAtOnce', () => {
  it('works on so many at once and no more', async () => {
    let running = 0
    let most = 0
    const done: number[] = []
    await forEachAtOnce([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      running += 1
      most = Math.max(most, running)
      await delay(2)
      running -= 1
      done.push(item)
    })
    expect(most).toBe(3)
    expect(done.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  it('begins nothing new after a failure, finishes what runs, and throws it', async () => {
    const finished: number[] = []
    const all = forEachAtOnce([1, 2, 3, 4, 5], 2, async (item) => {
      if (item === 1) throw new Error('first')
      await delay(2)
      finished.push(item)
    })
    await expect(all).rejects.toThrow('first')
    expect(finished).toEqual([2])
  })
})
