import { setTimeout as delay } from 'node:timers/promises'

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createId } from './ids.ts'
import { type Database, openDatabase } from './index.ts'
import { createTestDatabase, type TestDatabase, testEngines } from './testing/index.ts'

interface Heard {
  ids: Set<string>
  empty: number
  times: number
  stop(): void
}

function listen(db: Database): Heard {
  const heard: Heard = { ids: new Set(), empty: 0, times: 0, stop: () => {} }
  heard.stop = db.signals.listen((ids) => {
    heard.times += 1
    if (ids.size === 0) heard.empty += 1
    for (const id of ids) heard.ids.add(id)
  })
  return heard
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 50_000
  while (!condition() && performance.now() < end) await delay(5)
}

describe.runIf(testEngines.includes('postgres'))('signals between two replicas', () => {
  let first: TestDatabase
  let second: Database

  beforeAll(async () => {
    first = await createTestDatabase('postgres')
    second = await openDatabase(first.options)
  })

  afterAll(async () => {
    await second.close()
    await first.close()
  })

  it('reach both, and the sender hears its own only once', async () => {
    const here = listen(first)
    const there = listen(second)
    const id = createId()
    first.signals.send(id)
    await until(() => there.times > 0)
    await delay(50)
    expect([...here.ids]).toEqual([id])
    expect([...there.ids]).toEqual([id])
    expect([here.times, there.times]).toEqual([1, 1])
    here.stop()
    there.stop()
  })

  it('travel together: 1,000 workspaces at once are a handful of notifications', async () => {
    const there = listen(second)
    const ids = Array.from({ length: 1_000 }, () => createId())
    for (const id of ids) first.signals.send(id)
    await until(() => there.ids.size === ids.length)
    expect(there.ids).toEqual(new Set(ids))
    expect(there.times).toBeLessThanOrEqual(5)
    there.stop()
  })

  it('survive the loss of their connection: nothing sent meanwhile is lost, and listeners learn of the gap', async () => {
    const here = listen(first)
    const there = listen(second)
    const { rows } = await sql<{ ended: boolean }>`
      select pg_terminate_backend(pid) as ended from pg_stat_activity
      where application_name = 'plantel signals' and datname = current_database()`.execute(
      first.owner,
    )
    expect(rows).toHaveLength(2)
    const id = createId()
    first.signals.send(id)
    await until(() => there.ids.has(id) && here.empty > 0 && there.empty > 0)
    // The sender may be back before the other listens: then only the gap says that something changed.
    expect(here.ids).toEqual(new Set([id]))
    expect(here.empty).toBe(1)
    expect(there.empty).toBeGreaterThanOrEqual(1)

    const later = createId()
    second.signals.send(later)
    await until(() => here.ids.has(later))
    expect(here.ids.has(later)).toBe(true)
    here.stop()
    there.stop()
  })
})
