import { setTimeout as delay } from 'node:timers/promises'

import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Actor } from './actor.ts'
import { createId } from './ids.ts'
import { errorCode, isRetryable, isUniqueViolation, violatedConstraint } from './postgres-errors.ts'
import {
  createTestDatabase,
  seedWorkspace,
  type TestDatabase,
  testEngines,
} from './testing/index.ts'
import {
  inInstallation,
  inWorkspace,
  readInWorkspace,
  type WorkspaceTransaction,
} from './transaction.ts'

const actor: Actor = { kind: 'system', id: null, requestId: 'test' }

function insertDepartment(
  trx: Pick<WorkspaceTransaction, 'query' | 'workspaceId'>,
  name: string,
): Promise<unknown> {
  return trx.query
    .insertInto('departments')
    .values({ workspace_id: trx.workspaceId, id: createId(), name, name_key: name })
    .execute()
}

function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe.each(testEngines)('transactions on %s', (engine) => {
  let db: TestDatabase
  let workspaceId: string
  let otherId: string

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    workspaceId = await seedWorkspace(db.owner)
    otherId = await seedWorkspace(db.owner)
  })

  afterAll(() => db.close())

  function namesSeenBy(id: string): Promise<string[]> {
    return readInWorkspace(db, id, actor, async ({ query }) => {
      const rows = await query.selectFrom('departments').select('name').orderBy('name').execute()
      return rows.map((row) => row.name)
    })
  }

  it('shows the rows of the workspace it was opened for, even to a query without a condition', async () => {
    await inWorkspace(db, workspaceId, actor, (trx) => insertDepartment(trx, 'ours'))
    await inWorkspace(db, otherId, actor, (trx) => insertDepartment(trx, 'theirs'))
    expect(await namesSeenBy(workspaceId)).toEqual(['ours'])
    expect(await namesSeenBy(otherId)).toEqual(['theirs'])
  })

  it('shows no row of any workspace without one, before and after a workspace was open', async () => {
    expect(await db.owner.selectFrom('departments').select('id').execute()).not.toEqual([])
    expect(await db.query.selectFrom('departments').select('id').execute()).toEqual([])
    const rows = await inInstallation(db, (query) =>
      query.selectFrom('departments').select('id').execute(),
    )
    expect(rows).toEqual([])
  })

  it('refuses to write a row of another workspace', async () => {
    const write = inWorkspace(db, workspaceId, actor, ({ query }) =>
      insertDepartment({ query, workspaceId: otherId }, 'smuggled'),
    )
    expect(errorCode(await failure(write))).toBe('42501')
    expect(await namesSeenBy(otherId)).toEqual(['theirs'])
  })

  it('takes a workspace id as a value, whatever it says', async () => {
    const id = `' || (select 1); drop table departments; --`
    const seen = await readInWorkspace(db, id, actor, async ({ query }) => {
      const { rows } = await sql<{ id: string }>`
        select current_setting('app.workspace_id') as id`.execute(query)
      return rows[0]?.id
    })
    expect(seen).toBe(id)
  })

  it('gives the work its workspace, its actor and the time of the transaction', async () => {
    await inWorkspace(db, workspaceId, actor, async (trx) => {
      const { rows } = await sql<{ now: Date; role: string }>`
        select now() as now, current_user as role`.execute(trx.query)
      expect(trx).toMatchObject({ workspaceId, actor, now: rows[0]?.now })
      expect(rows[0]?.role).toBe('plantel_app')
    })
  })

  it('rolls everything back when the work fails, and serves the next one', async () => {
    const work = inWorkspace(db, workspaceId, actor, async (trx) => {
      await insertDepartment(trx, 'never')
      throw new Error('changed my mind')
    })
    await expect(work).rejects.toThrow('changed my mind')
    expect(await namesSeenBy(workspaceId)).not.toContain('never')
  })

  it.each([
    ['that is asked whether it wrote', {}],
    ['that always writes', { writes: true }],
    ['of which nobody is told', { silent: true }],
  ])('fails when the work hides the error that aborted a transaction %s', async (_, options) => {
    const work = inWorkspace(
      db,
      workspaceId,
      actor,
      async (trx) => {
        await insertDepartment(trx, 'hidden')
        await failure(sql`select 1 / 0`.execute(trx.query))
      },
      options,
    )
    expect(errorCode(await failure(work))).toBe('25P02')
    expect(await namesSeenBy(workspaceId)).not.toContain('hidden')
  })

  it('names the constraint that said "taken"', async () => {
    const error = await failure(
      inWorkspace(db, workspaceId, actor, (trx) => insertDepartment(trx, 'ours')),
    )
    expect(violatedConstraint(error)).toBe('departments_name_unique')
    expect(isUniqueViolation(error, 'departments_name_unique')).toBe(true)
    expect(isUniqueViolation(error, 'another')).toBe(false)
    expect(isRetryable(error)).toBe(false)
  })

  it('refuses to write in a read transaction', async () => {
    const work = readInWorkspace(db, workspaceId, actor, (trx) => insertDepartment(trx, 'read'))
    expect(errorCode(await failure(work))).toBe('25006')
  })

  it.each(['40001', '40P01'])('runs the work again after SQLSTATE %s', async (code) => {
    let runs = 0
    await inWorkspace(db, workspaceId, actor, async (trx) => {
      runs += 1
      await insertDepartment(trx, `after ${code}`)
      if (runs < 3) await raise(trx, code)
    })
    expect(runs).toBe(3)
    const names = await namesSeenBy(workspaceId)
    expect(names.filter((name) => name === `after ${code}`)).toHaveLength(1)
  })

  it('gives up after three repetitions', async () => {
    let runs = 0
    const work = inWorkspace(db, workspaceId, actor, async (trx) => {
      runs += 1
      await raise(trx, '40001')
    })
    expect(isRetryable(await failure(work))).toBe(true)
    expect(runs).toBe(4)
  })

  it('begins at once with the first statement, and knows the time from its answer on', async () => {
    const answer = await inWorkspace(
      db,
      workspaceId,
      actor,
      async (trx) => {
        expect(() => trx.now).toThrow('not known')
        const { rows } = await sql<{ now: Date; workspace: string }>`
          select now() as now, current_setting('app.workspace_id') as workspace`.execute(trx.query)
        expect(trx.now).toEqual(rows[0]?.now)
        return rows[0]?.workspace
      },
      { eager: true },
    )
    expect(answer).toBe(workspaceId)
  })

  it('reads in batches, each of which sees the workspace and writes nothing', async () => {
    await inWorkspace(db, workspaceId, actor, (trx) => insertDepartment(trx, 'read twice'))
    const [first, second, error] = await readInWorkspace(
      db,
      workspaceId,
      actor,
      async (trx) => {
        const names = (): Promise<{ name: string }[]> =>
          trx.query.selectFrom('departments').select('name').orderBy('name').execute()
        return [await names(), await names(), await failure(insertDepartment(trx, 'read'))]
      },
      { eager: true },
    )
    expect(first).toContainEqual({ name: 'read twice' })
    expect(second).toEqual(first)
    expect(errorCode(error)).toBe('25006')
  })

  it('fails a reading transaction with a statement that nobody waited for', async () => {
    const work = readInWorkspace(
      db,
      workspaceId,
      actor,
      (trx) => Promise.resolve(trx.send(sql`select 1 / 0`)),
      { eager: true },
    )
    expect(errorCode(await failure(work))).toBe('22012')
    expect(await namesSeenBy(otherId)).toContain('theirs')
  })

  it('prepares statements once, and goes on with those of which one has failed', async () => {
    for (const divisor of [0, 2, 0, 3]) {
      const work = inWorkspace(db, workspaceId, actor, async ({ prepared }) => {
        const { rows } = await sql`select 6 / ${divisor}::int as part`.execute(prepared)
        expect(rows).toEqual([{ part: 6 / divisor }])
        await sql`select nothing from departments`.execute(prepared)
      })
      expect(errorCode(await failure(work))).toBe(divisor === 0 ? '22012' : '42703')
    }
  })

  it('gives values and takes them as the driver does', async () => {
    const at = new Date('2026-11-21T10:20:30.456Z')
    const row = await readInWorkspace(db, workspaceId, actor, async ({ query, prepared }) => {
      for (const executor of [query, prepared]) {
        const { rows } = await sql<Record<string, unknown>>`
          select ${at}::timestamptz as at, ${['a"b', null, 'c\\d']}::text[] as texts, ${null}::text as nothing,
            ${JSON.stringify({ deep: [1] })}::jsonb as json, ${Buffer.from([0, 255])}::bytea as bytes,
            ${12}::int as number, ${'9007199254740993'}::bigint as big, ${true}::boolean as yes,
            ${'2026-11-21'}::date as day, ${[Buffer.from([1, 2])]}::bytea[] as list`.execute(
          executor,
        )
        expect(rows).toEqual([
          {
            at,
            texts: ['a"b', null, 'c\\d'],
            nothing: null,
            json: { deep: [1] },
            bytes: Buffer.from([0, 255]),
            number: 12,
            big: '9007199254740993',
            yes: true,
            day: '2026-11-21',
            list: [Buffer.from([1, 2])],
          },
        ])
      }
      return true
    })
    expect(row).toBe(true)
  })

  it('runs statements that nobody waits for in their order, before what is sent after them', async () => {
    await inWorkspace(
      db,
      workspaceId,
      actor,
      async (trx) => {
        const named = (name: string) =>
          trx.query.updateTable('departments').set({ name }).where('name_key', '=', 'sent')
        trx.send(
          trx.query
            .insertInto('departments')
            .values({ workspace_id: workspaceId, id: createId(), name: 'one', name_key: 'sent' }),
        )
        trx.send(named('two'))
        await named('three').execute()
        trx.send(named('four'))
      },
      { eager: true },
    )
    expect(await namesSeenBy(workspaceId)).toContain('four')
  })

  it.each([false, true])(
    'fails with what a statement says that nobody waited for, whatever follows it (%s)',
    async (goesOn) => {
      const work = inWorkspace(db, workspaceId, actor, async (trx) => {
        await insertDepartment(trx, 'before')
        trx.send(sql`select 1 / 0`, (cause) => new Error('mine', { cause }))
        if (goesOn) await insertDepartment(trx, 'after')
      })
      const error = await failure(work)
      expect(error).toMatchObject({ message: 'mine', cause: { code: '22012' } })
      expect(await namesSeenBy(workspaceId)).not.toContain('before')
    },
  )

  it('says at once what failed of the statements that nobody waited for, when it is asked', async () => {
    const work = inWorkspace(db, workspaceId, actor, async (trx) => {
      trx.send(sql`select 1`)
      await trx.settle()
      trx.send(sql`select 1 / 0`)
      expect(errorCode(await failure(trx.settle()))).toBe('22012')
    })
    expect(errorCode(await failure(work))).toBe('22012')
  })

  it('runs the work again after a serialization failure that nobody waited for', async () => {
    let runs = 0
    await inWorkspace(db, workspaceId, actor, async (trx) => {
      runs += 1
      await insertDepartment(trx, 'sent twice')
      if (runs === 1) trx.send(raising('40001'))
    })
    expect(runs).toBe(2)
    expect(await namesSeenBy(workspaceId)).toContain('sent twice')
  })

  it('prepares a statement again when the table is another than it was', async () => {
    await sql`create table shapes as select 1 as size`.execute(db.owner)
    await sql`grant select on shapes to plantel_app`.execute(db.owner)
    const read = (eager: boolean): Promise<unknown[]> =>
      readInWorkspace(
        db,
        workspaceId,
        actor,
        async ({ prepared }) => (await sql`select size from shapes`.execute(prepared)).rows,
        { eager },
      )
    expect(await read(true)).toEqual([{ size: 1 }])
    for (const eager of [true, false]) {
      await sql`alter table shapes alter column size type text`.execute(db.owner)
      expect(await read(eager)).toEqual([{ size: '1' }])
      await sql`alter table shapes alter column size type int using size::int`.execute(db.owner)
      expect(await read(eager)).toEqual([{ size: 1 }])
    }
  })

  it('refuses a value that can not be written, and goes on', async () => {
    const circle: Record<string, unknown> = {}
    circle['circle'] = circle
    const many = sql.join(Array.from({ length: 65_536 }, (_, index) => sql.val(index)))
    await inWorkspace(db, workspaceId, actor, async (trx) => {
      await expect(sql`select ${circle}::jsonb`.execute(trx.query)).rejects.toThrow('circular')
      expect(() => trx.send(sql`select ${circle}::jsonb`)).toThrow('circular')
      await expect(sql`select 1 in (${many})`.execute(trx.query)).rejects.toThrow('65535')
      await insertDepartment(trx, 'after a circle')
    })
    expect(await namesSeenBy(workspaceId)).toContain('after a circle')
  })

  it.each(['writes', 'reads', 'reads in batches', 'fails'])(
    'refuses statements once a transaction that %s is over',
    async (kind) => {
      let late: WorkspaceTransaction | undefined
      const keep = async (trx: WorkspaceTransaction): Promise<void> => {
        await sql`select 1`.execute(trx.query)
        late = trx
        if (kind === 'fails') throw new Error('it fails')
      }
      await (kind.startsWith('reads')
        ? readInWorkspace(db, workspaceId, actor, keep, { eager: kind === 'reads in batches' })
        : failure(inWorkspace(db, workspaceId, actor, keep)))
      await inWorkspace(db, otherId, actor, async (trx) => {
        await sql`select 1`.execute(trx.query)
        if (late === undefined) throw new Error('It was not kept.')
        const over = late
        await expect(sql`select 1`.execute(over.query)).rejects.toThrow('The transaction is over.')
        expect(() => over.send(sql`select 1`)).toThrow('The transaction is over.')
      })
    },
  )

  it('signals a workspace once it is written, and not when it was only read or rolled back', async () => {
    const heard: string[] = []
    const stop = db.signals.listen((ids) => heard.push(...ids))
    await inWorkspace(db, otherId, actor, ({ query }) =>
      query.selectFrom('departments').selectAll().execute(),
    )
    await failure(
      inWorkspace(db, otherId, actor, async (trx) => {
        await insertDepartment(trx, 'rolled back')
        throw new Error('no')
      }),
    )
    await inWorkspace(db, workspaceId, actor, (trx) => insertDepartment(trx, 'signalled'))
    await delay(100)
    stop()
    expect(heard).toEqual([workspaceId])
  })
})

async function raise(trx: WorkspaceTransaction, code: string): Promise<void> {
  await raising(code).execute(trx.query)
}

function raising(code: string): RawBuilder<unknown> {
  return sql`do $$ begin raise exception 'told to' using errcode = ${sql.lit(code)}; end $$`
}

describe.runIf(testEngines.includes('postgres'))('transactions side by side on postgres', () => {
  let db: TestDatabase
  let workspaceId: string

  beforeAll(async () => {
    db = await createTestDatabase('postgres')
    workspaceId = await seedWorkspace(db.owner)
  })

  afterAll(() => db.close())

  it('finishes both of two transactions that lock the same rows in opposite order', async () => {
    await inWorkspace(db, workspaceId, actor, async (trx) => {
      await insertDepartment(trx, 'a')
      await insertDepartment(trx, 'b')
    })
    let runs = 0
    let holding = 0
    const bothHold = Promise.withResolvers<void>()
    async function touch(first: string, second: string): Promise<void> {
      await inWorkspace(db, workspaceId, actor, async ({ query }) => {
        runs += 1
        for (const key of [first, second]) {
          await query
            .updateTable('departments')
            .set((row) => ({ name: sql`${row.ref('name')} || ${first}` }))
            .where('name_key', '=', key)
            .execute()
          if ((holding += 1) === 2) bothHold.resolve()
          await bothHold.promise
        }
      })
    }
    await Promise.all([touch('a', 'b'), touch('b', 'a')])
    expect(runs).toBe(3)
    const rows = await db.owner.selectFrom('departments').select('name').execute()
    expect(rows.map((row) => row.name.split('').toSorted().join('')).toSorted()).toEqual([
      'aab',
      'abb',
    ])
  })
})
