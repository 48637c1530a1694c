import { setTimeout as delay } from 'node:timers/promises'

import { expect, it } from 'vitest'

import { createHousekeeping } from './housekeeping.ts'
import { createLogger } from './logger.ts'

const log = createLogger('silent')

it('sweeps again and again, whatever fails, until it is closed', async () => {
  const runs = { broken: 0, sound: 0 }
  const housekeeping = createHousekeeping(
    [
      {
        name: 'broken',
        run: () => {
          runs.broken += 1
          return Promise.reject(new Error('the database is away'))
        },
      },
      { name: 'sound', run: () => Promise.resolve((runs.sound += 1)) },
    ],
    log,
    { firstAfterMs: 1, everyMs: 1 },
  )
  await expect.poll(() => runs.sound).toBeGreaterThan(2)
  await housekeeping.close()
  const { broken, sound } = runs
  expect(broken).toBe(sound)
  await delay(20)
  expect(runs).toEqual({ broken, sound })
})

it('waits for what is being swept before it is closed', async () => {
  const begun = Promise.withResolvers<void>()
  const swept = Promise.withResolvers<number>()
  const run = (): Promise<number> => {
    begun.resolve()
    return swept.promise
  }
  const timing = { firstAfterMs: 1, everyMs: 1_000 }
  const housekeeping = createHousekeeping([{ name: 'slow', run }], log, timing)
  await begun.promise
  let isClosed = false
  const closing = housekeeping.close().then(() => (isClosed = true))
  await delay(20)
  expect(isClosed).toBe(false)
  swept.resolve(1)
  await closing
  expect(isClosed).toBe(true)
})

it('tells what is being swept that it is to end', async () => {
  const begun = Promise.withResolvers<void>()
  const run = (closing: AbortSignal): Promise<number> =>
    new Promise((resolve) => {
      closing.addEventListener('abort', () => resolve(0))
      begun.resolve()
    })
  const timing = { firstAfterMs: 1, everyMs: 1_000 }
  const housekeeping = createHousekeeping([{ name: 'long', run }], log, timing)
  await begun.promise
  await expect(housekeeping.close()).resolves.toBeUndefined()
})
