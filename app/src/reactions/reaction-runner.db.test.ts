import { setTimeout } from 'node:timers/promises'

import { createId, type Database, inInstallation, inWorkspace, openDatabase } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import {
  claimCursor,
  createHost,
  createWorkspace,
  readEvents,
  type SequencedEvent,
} from '@plantel/team'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { createLogger } from '../logger.ts'
import { createOutbox } from '../outbox.ts'
import { createReactionRunner } from './reaction-runner.ts'
import type { Reaction } from './reaction.ts'

const log = createLogger('silent')

function reaction(
  consumer: string,
  { hostId }: TestWorkspace,
  handle: (type: string) => Promise<void> | void,
): Reaction {
  return { consumer, hostId, handle: async (event) => handle(event.type) }
}

interface TestWorkspace {
  id: string
  hostId: string
}

describe.each(testEngines)('reactions on %s', (engine) => {
  let db: TestDatabase
  const stops: (() => Promise<void>)[] = []

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  afterAll(() => db.close())
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })

  async function newHost(): Promise<string> {
    const { id } = await inInstallation(db, (query) =>
      createHost(query, { name: `Inbox ${createId()}`, allowedOrigins: [] }),
    )
    return id
  }

  /** A workspace with events: its creation, its owner, and `count` more called `test 0`, `test 1`, …. */
  async function newWorkspace(count = 0, ofHost?: string): Promise<TestWorkspace> {
    const id = createId()
    const hostId = ofHost ?? (await newHost())
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
    return { id, hostId }
  }

  async function addEvents(workspaceId: string, count: number): Promise<void> {
    if (count === 0) return
    const actor = { kind: 'system', id: null, requestId: 'setup' } as const
    const events = Array.from({ length: count }, (_, index) => ({
      workspace_id: workspaceId,
      type: `test ${index}`,
      member_id: null,
      payload: '{}',
      request_id: 'setup',
    }))
    await inWorkspace(db, workspaceId, actor, ({ query }) =>
      query.insertInto('outbox').values(events).execute(),
    )
  }

  function run(
    reactions: readonly Reaction[],
    replica: Database = db,
    options?: { leaseSeconds: number },
  ): void {
    const outbox = createOutbox(replica, log)
    const list = (): Promise<readonly Reaction[]> => Promise.resolve(reactions)
    const runner = createReactionRunner(replica, outbox, list, log, options)
    stops.push(async () => {
      await runner.stop()
      await outbox.close()
    })
  }

  it('hands every event over once, in order, also those that come later', async () => {
    const workspace = await newWorkspace(120)
    const seen: string[] = []
    run([reaction('order', workspace, (type) => void seen.push(type))])
    await expect.poll(() => seen.at(-1), { timeout: 30_000 }).toBe('test 119')
    await addEvents(workspace.id, 3)
    await expect.poll(() => seen.at(-1), { timeout: 30_000 }).toBe('test 2')
    const later = ['test 0', 'test 1', 'test 2']
    const expected = Array.from({ length: 120 }, (_, index) => `test ${index}`)
    expect(seen.filter((type) => type.startsWith('test'))).toEqual([...expected, ...later])
  })

  it('hands over nothing but the types that a reaction names, and goes on behind the others', async () => {
    const workspace = await newWorkspace(450)
    const seen: string[] = []
    const types = ['test 3', 'test 230', 'test 449'] as unknown as Iterable<SequencedEvent['type']>
    run([
      { ...reaction('picky', workspace, (type) => void seen.push(type)), types: new Set(types) },
    ])
    await expect.poll(() => seen, { timeout: 30_000 }).toEqual(['test 3', 'test 230', 'test 449'])
    await addEvents(workspace.id, 2)
    await addEvents(workspace.id, 4)
    await expect.poll(() => seen.slice(3), { timeout: 30_000 }).toEqual(['test 3'])
    const actor = { kind: 'system', id: null, requestId: 'look' } as const
    const cursor = (): Promise<string | undefined> =>
      inWorkspace(db, workspace.id, actor, async (trx) => {
        const left = await readEvents(trx, (await claimCursor(trx, 'picky', 0))?.position ?? '0', 9)
        return left[0]?.type
      })
    await expect.poll(cursor, { timeout: 30_000 }).toBeUndefined()
  })

  it('tries a refused event again after a pause, before anything after it', async () => {
    const workspace = await newWorkspace(3)
    const seen: string[] = []
    let refusals = 0
    run([
      reaction('retry', workspace, (type) => {
        if (type === 'test 1' && refusals < 2) {
          refusals += 1
          throw new Error('not now')
        }
        seen.push(type)
      }),
    ])
    await expect.poll(() => seen.at(-1), { timeout: 30_000 }).toBe('test 2')
    expect(refusals).toBe(2)
    expect(seen.filter((type) => type.startsWith('test'))).toEqual(['test 0', 'test 1', 'test 2'])
  })

  it('hands over together what a reaction takes so, and one by one after it refused that', async () => {
    const workspace = await newWorkspace(4)
    const seen: string[] = []
    const together: string[][] = []
    run([
      {
        ...reaction('crowd', workspace, (type) => void seen.push(type)),
        handleTogether(events) {
          together.push(events.map(({ type }) => type))
          return together.length === 1 ? Promise.reject(new Error('not so')) : Promise.resolve()
        },
      },
    ])
    await expect.poll(() => seen.at(-1), { timeout: 30_000 }).toBe('test 3')
    expect(together[0]?.slice(-2)).toEqual(['test 2', 'test 3'])
    expect(seen).toEqual(together[0])
    await addEvents(workspace.id, 2)
    await expect.poll(() => together.at(-1), { timeout: 30_000 }).toEqual(['test 0', 'test 1'])
    expect(seen).toEqual(together[0])
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
    const workspace = await newWorkspace(2)
    const before: string[] = []
    run([
      reaction('restart', workspace, (type) => {
        if (type === 'test 1') throw new Error('the process ends here')
        before.push(type)
      }),
    ])
    await expect.poll(() => before.at(-1)).toBe('test 0')
    await stops.pop()?.()
    const after: string[] = []
    run([reaction('restart', workspace, (type) => void after.push(type))])
    await expect.poll(() => after, { timeout: 30_000 }).toEqual(['test 1'])
  })

  it('shares the work between two replicas without doing it twice', async () => {
    const hostId = await newHost()
    const workspaces = await Promise.all([1, 2, 3, 4].map(() => newWorkspace(30, hostId)))
    // PGlite serves one process: there two runners share its one database.
    const replica = engine === 'postgres' ? await openDatabase(db.options) : db
    const seen: string[] = []
    const shared: Reaction = {
      consumer: 'shared',
      hostId,
      handle: async (event, workspaceId) => void seen.push(`${workspaceId} ${event.type}`),
    }
    run([shared])
    run([shared], replica)
    if (replica !== db) stops.push(() => replica.close())
    await expect
      .poll(() => seen.filter((text) => text.endsWith('test 29')).length, { timeout: 30_000 })
      .toBe(4)
    expect(new Set(seen).size).toBe(seen.length)
    for (const { id } of workspaces) {
      const own = seen.filter((text) => text.startsWith(id) && text.includes('test'))
      expect(own).toEqual(Array.from({ length: 30 }, (_, index) => `${id} test ${index}`))
    }
  })

  it('keeps its place for longer than a lease, and loses it within one when it dies', async () => {
    const workspace = await newWorkspace()
    const lease = { leaseSeconds: 3 }
    const begun: string[] = []
    const mailServer = Promise.withResolvers<void>()
    const slow = (name: string): Reaction =>
      reaction('slow', workspace, () => {
        begun.push(name)
        return mailServer.promise
      })
    run([slow('one')], db, lease)
    await expect.poll(() => begun).toEqual(['one'])
    run([slow('other')], db, lease)
    // Both are woken again and again, for longer than the lease.
    for (let look = 0; look < 40; look += 1) {
      await addEvents(workspace.id, 1)
      await setTimeout(100)
    }
    expect(begun).toEqual(['one'])
    mailServer.resolve()

    const another = await newWorkspace()
    const actor = { kind: 'system', id: null, requestId: 'killed' } as const
    await inWorkspace(db, another.id, actor, (trx) => claimCursor(trx, 'taken-over', 1))
    const seen: string[] = []
    run([reaction('taken-over', another, (type) => void seen.push(type))], db, lease)
    await expect.poll(() => seen).toContain('workspace.created')
  })

  it('gives every workspace its turn, however busy the others are', async () => {
    const hostId = await newHost()
    const patient = [await newWorkspace(1, hostId), await newWorkspace(1, hostId)]
    for (let index = 0; index < 16; index++) await newWorkspace(400, hostId)
    patient.push(await newWorkspace(1, hostId), await newWorkspace(1, hostId))
    const handled = new Map<string, number>()
    const waiting = new Set(patient.map(({ id }) => id))
    const turn = Promise.withResolvers<number>()
    run([
      {
        consumer: 'fair',
        hostId,
        handle: async ({ type }: { type: string }, workspaceId) => {
          await setTimeout(2)
          handled.set(workspaceId, (handled.get(workspaceId) ?? 0) + 1)
          if (type === 'test 0') waiting.delete(workspaceId)
          if (waiting.size === 0) turn.resolve(Math.max(...handled.values()))
        },
      },
    ])
    // Nobody gets a third batch of a hundred while somebody waits for a first.
    expect(await turn.promise).toBeLessThanOrEqual(200)
  })

  it('lets no host take the turns of another', async () => {
    const busyHost = await newHost()
    for (let index = 0; index < 9; index++) await newWorkspace(1, busyHost)
    const other = await newWorkspace(1)
    const release = Promise.withResolvers<void>()
    stops.push(() => Promise.resolve(release.resolve()))
    const seen: string[] = []
    run([
      {
        consumer: 'all hosts',
        hostId: null,
        handle: async (event, workspaceId) => {
          if (workspaceId === other.id) seen.push(event.type)
          else await release.promise
        },
      },
    ])
    await expect.poll(() => seen).toContain('test 0')
  })

  it('hands a reaction of one host nothing of another', async () => {
    const [own, foreign] = [await newWorkspace(1), await newWorkspace(1)]
    const seen: string[] = []
    run([
      {
        consumer: 'one host',
        hostId: own.hostId,
        handle: async (_event, workspaceId) => void seen.push(workspaceId),
      },
    ])
    await addEvents(foreign.id, 1)
    await addEvents(own.id, 1)
    // Its creation, its owner and two more.
    await expect.poll(() => seen.length).toBeGreaterThanOrEqual(4)
    expect(new Set(seen)).toEqual(new Set([own.id]))
  })

  it('asks the database no oftener for many reactions than for one', async () => {
    const statements = { count: 0 }
    const counting: Database = {
      ...db,
      query: db.query.withPlugin({
        transformQuery({ node }) {
          statements.count += 1
          return node
        },
        transformResult: ({ result }) => Promise.resolve(result),
      }),
    }
    const nothingToDo = await newHost()
    const idle = Array.from({ length: 50 }, (_, index) => ({
      consumer: `idle ${index}`,
      hostId: nothingToDo,
      handle: () => Promise.resolve(),
    }))
    const { hostId } = await newWorkspace(1)
    const seen: string[] = []
    run(
      [...idle, { consumer: 'last', hostId, handle: async ({ type }) => void seen.push(type) }],
      counting,
    )
    await expect.poll(() => seen).toContain('test 0')
    // One look for each of them would be fifty.
    expect(statements.count).toBeLessThan(40)
  })
})
