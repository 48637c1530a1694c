import { setTimeout as delay } from 'node:timers/promises'

import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import type { Actor } from './actor.ts'
import { createId } from './ids.ts'
import { Passage } from './right-of-way.ts'
import type { ScopedTransaction } from './scoped-transaction.ts'
import {
  createTestDatabase,
  seedWorkspace,
  type TestDatabase,
  testEngines,
} from './testing/index.ts'
import { inside, inWorkspace, readInWorkspace, type WorkspaceTransaction } from './transaction.ts'

const actor: Actor = { kind: 'system', id: null, requestId: 'test' }

function look({ query }: WorkspaceTransaction): Promise<unknown> {
  return sql`select 1`.execute(query)
}

describe.each(testEngines)('who goes first on %s', (engine) => {
  let db: TestDatabase
  let workspaceId: string
  let steps: string[]

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    workspaceId = await seedWorkspace(db.owner)
  })
  beforeEach(() => {
    steps = []
  })
  afterAll(() => db.close())

  // Whoever is let go first has twenty milliseconds, which a busy machine may take for itself.
  test('work that gives way lets the others finish first', { retry: 2 }, async () => {
    const isLongOpen = Promise.withResolvers<void>()
    const isShortOpen = Promise.withResolvers<void>()
    const long = inWorkspace(db, workspaceId, actor, async (trx) => {
      trx.giveWay()
      await look(trx)
      isLongOpen.resolve()
      // The embedded database has one session: nobody else is under way beside this one.
      if (engine === 'postgres') await isShortOpen.promise
      await look(trx)
      steps.push('long')
    })
    await isLongOpen.promise
    const short = readInWorkspace(db, workspaceId, actor, async (trx) => {
      await look(trx)
      isShortOpen.resolve()
      await delay(2)
      await look(trx)
      steps.push('short')
    })
    if (engine === 'postgres') await Promise.all([long, short])
    else await long
    await short
    expect(steps).toEqual(engine === 'postgres' ? ['short', 'long'] : ['long', 'short'])
  })

  test('whoever is over is not waited for, and the end of such work is no step that waits', async () => {
    await readInWorkspace(db, workspaceId, actor, look)
    const step = vi.spyOn(Passage.prototype, 'step')
    await inWorkspace(db, workspaceId, actor, async (trx) => {
      trx.giveWay()
      await look(trx)
      expect(step).toHaveLastReturnedWith(undefined)
      step.mockClear()
    })
    expect(step).not.toHaveBeenCalled()
    step.mockRestore()
  })

  test('an end that travels with the last of the work waits as any step of it', async () => {
    const step = vi.spyOn(Passage.prototype, 'step')
    await inWorkspace(db, workspaceId, actor, async (trx) => {
      trx.giveWay()
      await look(trx)
      step.mockClear()
      trx.send(sql`select 1`)
    })
    expect(step).toHaveBeenCalledOnce()
    step.mockRestore()
  })

  test('where others share a transaction nobody makes it give way', () => {
    const giveWay = vi.fn<() => void>()
    const sharing = { leave: vi.fn<() => never>(), claim: vi.fn<() => void>() }
    inside({ giveWay } as unknown as ScopedTransaction, workspaceId, actor, sharing).giveWay()
    expect(giveWay).not.toHaveBeenCalled()
  })

  test('whoever waits for what such work has locked does not stop it', async () => {
    const id = createId()
    await inWorkspace(db, workspaceId, actor, ({ query }) =>
      query
        .insertInto('departments')
        .values({ workspace_id: workspaceId, id, name: id, name_key: id })
        .execute(),
    )
    const rename = ({ query }: WorkspaceTransaction, name: string): Promise<unknown> =>
      query
        .updateTable('departments')
        .set({ name })
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', id)
        .execute()
    let short: Promise<unknown> = Promise.resolve()
    await inWorkspace(db, workspaceId, actor, async (trx) => {
      trx.giveWay()
      await rename(trx, 'long')
      short = inWorkspace(db, workspaceId, actor, async (other) => {
        await rename(other, 'short')
        steps.push('short')
      })
      for (let round = 0; round < 5; round += 1) await look(trx)
      steps.push('long')
    })
    await short
    expect(steps).toEqual(['long', 'short'])
  })
})
