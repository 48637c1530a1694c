import { createId, type Database, inInstallation, inWorkspace, openDatabase } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { createHost, createWorkspace } from '@plantel/team'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { createLogger } from '../logger.ts'
import { createOutbox } from '../outbox.ts'
import { createReactionRunner } from './reaction-runner.ts'
import type { Reaction } from './reaction.ts'

const log = createLogger('silent')

function reaction(
  consumer: string,
  workspaceId: string,
  handle: (type: string) => Promise<void> | void,
): Reaction {
  return {
    consumer,
    concerns: (id) => Promise.resolve(id === workspaceId),
    handle: async (event) => handle(event.type),
  }
}

describe.each(testEngines)('reactions on %s', (engine) => {
  let db: TestDatabase
  let hostId: string
  const stops: (() => Promise<void>)[] = []

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    const host = await inInstallation(db, (query) =>
      createHost(query, { name: 'Inbox', allowedOrigins: [] }),
    )
    hostId = host.id
  })
  afterAll(() => db.close())
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })

  /** A workspace with events: its creation, its owner, and `count` more called `test 0`, `test 1`, …. */
  async function newWorkspace(count = 0): Promise<string> {
    const id = createId()
    const actor = { kind: 'system', id: null, requestId: 'setup' } as const
    await inWorkspace(db, id, actor, (trx) =>
      createWorkspace(trx, {
        hostId,
        slug: `w${id.slice(-12)}`,
        name: 'W',
        preset: 'respond',
        locale: 'en',
        timeZone: 'UTC',
        owner: { email: 'o@w.example', displayName: 'O' },
        departments: [],
        channels: [],
      }),
    )
    await addEvents(id, count)
    return id
  }

  async function addEvents(workspaceId: string, count: number): Promise<void> {
    const actor = { kind: 'system', id: null, requestId: 'setup' } as const
    for (let index = 0; index < count; index++) {
      await inWorkspace(db, workspaceId, actor, ({ query }) =>
        query
          .insertInto('events')
          .values({
            workspace_id: workspaceId,
            type: `test ${index}`,
            member_id: null,
            payload: '{}',
            request_id: 'setup',
          })
          .execute(),
      )
    }
  }

  function run(reactions: readonly Reaction[], replica: Database = db): void {
    const outbox = createOutbox(replica, log)
    const runner = createReactionRunner(replica, outbox, () => Promise.resolve(reactions), log)
    stops.push(async () => {
      await runner.stop()
      await outbox.close()
    })
  }

  it('hands every event over once, in order, also those that come later', async () => {
    const workspaceId = await newWorkspace(120)
    const seen: string[] = []
    run([reaction('order', workspaceId, (type) => void seen.push(type))])
    await expect.poll(() => seen.at(-1), { timeout: 20_000 }).toBe('test 119')
    await addEvents(workspaceId, 3)
    await expect.poll(() => seen.at(-1), { timeout: 20_000 }).toBe('test 2')
    const later = ['test 0', 'test 1', 'test 2']
    const expected = Array.from({ length: 120 }, (_, index) => `test ${index}`)
    expect(seen.filter((type) => type.startsWith('test'))).toEqual([...expected, ...later])
  })

  it('tries a refused event again after a pause, before anything after it', async () => {
    const workspaceId = await newWorkspace(3)
    const seen: string[] = []
    let refusals = 0
    run([
      reaction('retry', workspaceId, (type) => {
        if (type === 'test 1' && refusals < 2) {
          refusals += 1
          throw new Error('not now')
        }
        seen.push(type)
      }),
    ])
    await expect.poll(() => seen.at(-1), { timeout: 20_000 }).toBe('test 2')
    expect(refusals).toBe(2)
    expect(seen.filter((type) => type.startsWith('test'))).toEqual(['test 0', 'test 1', 'test 2'])
  })

  it('lets no slow consumer and no failing workspace hold up another', async () => {
    const [slow, failing, free] = [
      await newWorkspace(1),
      await newWorkspace(1),
      await newWorkspace(1),
    ]
    const release = Promise.withResolvers<void>()
    const seen: string[] = []
    run([
      reaction('slow', slow, () => release.promise),
      reaction('failing', failing, () => Promise.reject(new Error('never'))),
      reaction('quick', slow, (type) => void seen.push(`quick ${type}`)),
      reaction('slow-too', free, (type) => void seen.push(`free ${type}`)),
    ])
    await expect.poll(() => seen).toContain('quick test 0')
    await expect.poll(() => seen).toContain('free test 0')
    release.resolve()
  })

  it('continues after a restart where it was, and gives an unfinished event again', async () => {
    const workspaceId = await newWorkspace(2)
    const before: string[] = []
    run([
      reaction('restart', workspaceId, (type) => {
        if (type === 'test 1') throw new Error('the process ends here')
        before.push(type)
      }),
    ])
    await expect.poll(() => before.at(-1)).toBe('test 0')
    await stops.pop()?.()
    const after: string[] = []
    run([reaction('restart', workspaceId, (type) => void after.push(type))])
    await expect.poll(() => after, { timeout: 20_000 }).toEqual(['test 1'])
  })

  it('shares the work between two replicas without doing it twice', async () => {
    const workspaceIds = await Promise.all([1, 2, 3, 4].map(() => newWorkspace(30)))
    // PGlite serves one process: there two runners share its one database.
    const replica = engine === 'postgres' ? await openDatabase(db.options) : db
    const seen: string[] = []
    const shared: Reaction = {
      consumer: 'shared',
      concerns: (id) => Promise.resolve(workspaceIds.includes(id)),
      handle: async (event, workspaceId) => void seen.push(`${workspaceId} ${event.type}`),
    }
    run([shared])
    run([shared], replica)
    if (replica !== db) stops.push(() => replica.close())
    await expect
      .poll(() => seen.filter((text) => text.endsWith('test 29')).length, { timeout: 20_000 })
      .toBe(4)
    expect(new Set(seen).size).toBe(seen.length)
    for (const id of workspaceIds) {
      const own = seen.filter((text) => text.startsWith(id) && text.includes('test'))
      expect(own).toEqual(Array.from({ length: 30 }, (_, index) => `${id} test ${index}`))
    }
  })
})
