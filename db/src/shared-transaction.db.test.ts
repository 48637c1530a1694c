import { setTimeout as delay } from 'node:timers/promises'

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Actor } from './actor.ts'
import { createId } from './ids.ts'
import { isUniqueViolation } from './postgres-errors.ts'
import { createSharedTransactions, type ShareTransaction } from './shared-transaction.ts'
import {
  createTestDatabase,
  seedWorkspace,
  type TestDatabase,
  testEngines,
} from './testing/index.ts'
import { readInWorkspace, type WorkspaceTransaction } from './transaction.ts'

const actor: Actor = { kind: 'system', id: null, requestId: 'test' }

/** Answers the transaction that it was written in. */
async function addDepartment(trx: WorkspaceTransaction, name: string): Promise<string> {
  trx.send(sql`
    insert into departments (workspace_id, id, name, name_key)
    values (${trx.workspaceId}, ${createId()}, ${name}, ${name})`)
  const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(
    trx.query,
  )
  return rows[0]?.id ?? ''
}

const slowly =
  (name: string) =>
  async (trx: WorkspaceTransaction): Promise<void> => {
    await addDepartment(trx, name)
    await sql`select pg_sleep(0.05)`.execute(trx.query)
  }

describe.each(testEngines)('a transaction that is shared, on %s', (engine) => {
  let db: TestDatabase
  let workspaceId: string
  let share: ShareTransaction

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  afterAll(() => db.close())

  async function begin(): Promise<void> {
    workspaceId = await seedWorkspace(db.owner)
    share = createSharedTransactions(db)
  }

  const run = <T>(work: (trx: WorkspaceTransaction) => Promise<T>): Promise<T> =>
    share(workspaceId, actor, work)
  const add = (name: string): Promise<string> => run((trx) => addDepartment(trx, name))
  const departments = (id = workspaceId): Promise<string[]> =>
    readInWorkspace(db, id, actor, async ({ query }) => {
      const rows = await query.selectFrom('departments').select('name').orderBy('name').execute()
      return rows.map(({ name }) => name)
    })

  const grow = (): Promise<unknown> =>
    run(async (trx) => {
      trx.shared?.claim('n')
      const { name } = await trx.query
        .selectFrom('departments')
        .select('name')
        .where('workspace_id', '=', workspaceId)
        .where('name_key', '=', 'n')
        .forUpdate()
        .executeTakeFirstOrThrow()
      await trx.query
        .updateTable('departments')
        .set({ name: `${name}+` })
        .where('workspace_id', '=', workspaceId)
        .where('name_key', '=', 'n')
        .execute()
    })

  it('is one for all who come at the same time, each in their own name', async () => {
    await begin()
    const names = ['a', 'b', 'c']
    const answers = await Promise.all(
      names.map((requestId) =>
        share(workspaceId, { ...actor, requestId }, async (trx) => ({
          by: trx.actor.requestId,
          transaction: await addDepartment(trx, requestId),
        })),
      ),
    )
    expect(answers.map(({ by }) => by)).toEqual(names)
    expect(new Set(answers.map(({ transaction }) => transaction)).size).toBe(1)
    expect(await departments()).toEqual(names)
  })

  it('is none of two workspaces, and none for whoever comes alone', async () => {
    await begin()
    const otherId = await seedWorkspace(db.owner)
    const [ours, theirs] = await Promise.all([
      run(async (trx) => [trx.shared, await addDepartment(trx, 'ours')]),
      share(otherId, actor, async (trx) => [trx.shared, await addDepartment(trx, 'theirs')]),
    ])
    expect(ours[1]).not.toBe(theirs[1])
    expect([ours[0], theirs[0]]).toEqual([undefined, undefined])
    expect([await departments(), await departments(otherId)]).toEqual([['ours'], ['theirs']])
  })

  it('holds at most so many, however many wait', async () => {
    await begin()
    const names = Array.from({ length: 40 }, (_, index) => `d${index}`)
    const transactions = await Promise.all(names.map((name) => add(name)))
    const sizes = new Map<string, number>()
    for (const id of transactions) sizes.set(id, (sizes.get(id) ?? 0) + 1)
    expect(Math.max(...sizes.values())).toBe(16)
    expect(await departments()).toEqual(names.toSorted())
  })

  it('does nothing of anybody if one fails: then each is done alone, and only the one is told', async () => {
    await begin()
    const runs: string[] = []
    const named = (name: string): Promise<string> =>
      run((trx) => {
        runs.push(name)
        return addDepartment(trx, name)
      })
    const [first, twin, other, thrown] = await Promise.allSettled([
      named('same'),
      named('same'),
      named('other'),
      run(async (trx) => {
        await addDepartment(trx, 'never')
        throw new Error('refused')
      }),
    ])
    expect(await departments()).toEqual(['other', 'same'])
    expect(runs).toHaveLength(6)
    expect(other.status).toBe('fulfilled')
    expect([first.status, twin.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    const refused = [first, twin].find((each) => each.status === 'rejected')
    expect(isUniqueViolation(refused?.reason)).toBe(true)
    expect(thrown).toMatchObject({ status: 'rejected', reason: { message: 'refused' } })
  })

  it('commits what others did when somebody leaves it, who is then done alone', async () => {
    await begin()
    const [first, leaver, third] = await Promise.all([
      add('first'),
      run(async (trx) => {
        const isShared = trx.shared !== undefined
        await sql`select 1`.execute(trx.query)
        trx.shared?.leave()
        return { isShared, transaction: await addDepartment(trx, 'leaver') }
      }),
      add('third'),
    ])
    expect(first).toBe(third)
    expect(leaver.isShared).toBe(false)
    expect(leaver.transaction).not.toBe(first)
    expect(await departments()).toEqual(['first', 'leaver', 'third'])
  })

  it('lets nobody read what another part of it is about to write: who comes second sees it', async () => {
    await begin()
    await add('n')
    await Promise.all([grow(), grow(), grow()])
    expect(await departments()).toEqual(['n+++'])
  })

  it('is given up for some time where most have left it', async () => {
    await begin()
    const leaving = (): Promise<boolean> =>
      run((trx) => {
        const isShared = trx.shared !== undefined
        if (isShared) shared += 1
        trx.shared?.leave()
        return Promise.resolve(isShared)
      })
    let shared = 0
    await Promise.all([leaving(), leaving(), leaving()])
    expect(shared).toBe(3)
    await Promise.all([leaving(), leaving(), leaving()])
    expect(shared).toBe(3)
    await expect
      .poll(
        async () => {
          await Promise.all([leaving(), leaving()])
          return shared
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(3)
  })

  it.runIf(engine === 'postgres')(
    'waits for another one so briefly that the same names in opposite orders are no deadlock',
    async () => {
      await begin()
      const otherReplica = createSharedTransactions(db)
      const names = ['a', 'b', 'c', 'd']
      const before = await deadlocks()
      const answers = await Promise.allSettled([
        ...names.map((name) => run(slowly(name))),
        ...names.toReversed().map((name) => otherReplica(workspaceId, actor, slowly(name))),
      ])
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(names.length)
      expect(await departments()).toEqual(names)
      expect(await deadlocks()).toBe(before)
    },
  )

  async function deadlocks(): Promise<string | undefined> {
    await sql`select pg_stat_clear_snapshot()`.execute(db.owner)
    const { rows } = await sql<{ deadlocks: string }>`
      select deadlocks from pg_stat_database where datname = current_database()`.execute(db.owner)
    return rows[0]?.deadlocks
  }

  it.runIf(engine === 'postgres')(
    'is not repeated when its connection is lost: nobody knows what was committed',
    async () => {
      await begin()
      let runs = 0
      const dying = (): Promise<void> =>
        run(async (trx) => {
          runs += 1
          const { rows } = await sql<{ id: number }>`select pg_backend_pid() as id`.execute(
            trx.query,
          )
          await sql`select pg_terminate_backend(${rows[0]?.id})`.execute(db.owner)
          await sql`select 1`.execute(trx.query)
        })
      const ended = await Promise.allSettled([dying(), dying()])
      expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
      await delay(50)
      expect(runs).toBe(2)
    },
  )
})
