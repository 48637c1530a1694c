import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { createBackground } from './background.ts'
import { RightOfWay } from './right-of-way.ts'

test('one piece of work begins when the one before is over, in the order of asking', async () => {
  const inBackground = createBackground(new RightOfWay(), 60_000)
  const steps: string[] = []
  const work = (name: string, ms: number) => async (): Promise<string> => {
    steps.push(`${name} begins`)
    await delay(ms)
    steps.push(`${name} ends`)
    return name
  }
  const results = await Promise.all([
    inBackground(work('first', 20)),
    inBackground(work('second', 1)),
    inBackground(work('third', 1)),
  ])
  expect(results).toEqual(['first', 'second', 'third'])
  expect(steps).toEqual([
    'first begins',
    'first ends',
    'second begins',
    'second ends',
    'third begins',
    'third ends',
  ])
})

test('what fails is told to whoever asked for it, and the next begins', async () => {
  const inBackground = createBackground(new RightOfWay(), 60_000)
  const failed = inBackground(() => Promise.reject(new Error('no')))
  const next = inBackground(() => Promise.resolve('done'))
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('done')
})

test('nobody waits for long for work that waits itself', async () => {
  const inBackground = createBackground(new RightOfWay(), 20)
  const held = Promise.withResolvers<string>()
  const stuck = inBackground(() => held.promise)
  expect(await inBackground(() => Promise.resolve('next'))).toBe('next')
  // Each that is stuck is waited for by itself, from when it began.
  const alsoStuck = inBackground(() => held.promise)
  expect(await inBackground(() => Promise.resolve('last'))).toBe('last')
  held.resolve('free')
  expect(await Promise.all([stuck, alsoStuck])).toEqual(['free', 'free'])
})

test('work begins when the short transactions under way are over', async () => {
  const way = new RightOfWay()
  const passage = way.enter()
  const steps: string[] = []
  const work = createBackground(way)(() => Promise.resolve(steps.push('work')))
  await nextTurn()
  steps.push('transaction')
  passage.leave()
  await work
  expect(steps).toEqual(['transaction', 'work'])
})
