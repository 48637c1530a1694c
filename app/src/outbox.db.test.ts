import { setTimeout as delay } from 'node:timers/promises'

import { createId } from '@plantel/db'
import { createTestDatabase } from '@plantel/db/testing'
import { expect, test } from 'vitest'

import { createLogger } from './logger.ts'
import { createOutbox } from './outbox.ts'

test('the first event is told at once, those right after it together', async () => {
  const db = await createTestDatabase('pglite')
  const outbox = createOutbox(db, createLogger('silent'))
  const told: ReadonlySet<string>[] = []
  const begun = Promise.withResolvers<void>()
  outbox.listen((workspaceIds) => {
    told.push(workspaceIds)
    begun.resolve()
  })
  await begun.promise
  const ids = Array.from({ length: 100 }, () => createId())
  const startedAt = performance.now()
  for (const id of ids) {
    db.signals.send(id)
    await delay(1)
  }
  await expect.poll(() => new Set(told.flatMap((some) => [...some]))).toEqual(new Set(ids))
  // Twenty rounds a second, beside the one at once.
  expect(told.length).toBeLessThanOrEqual(2 + (performance.now() - startedAt) / 50)
  await outbox.close()
  await db.close()
})
