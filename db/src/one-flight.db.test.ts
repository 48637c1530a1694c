import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  createTestDatabase,
  seedWorkspace,
  type TestDatabase,
  testEngines,
} from './testing/index.ts'
import { readInWorkspace } from './transaction.ts'

describe.each(testEngines)('a read in one flight on %s', (engine) => {
  let db: TestDatabase
  let acme: string
  let other: string

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    acme = await seedWorkspace(db.owner)
    other = await seedWorkspace(db.owner)
    for (const [workspace, name] of [
      [acme, 'Sales'],
      [acme, 'Support'],
      [other, 'Theirs'],
    ] as const) {
      await db.owner
        .insertInto('departments')
        .values({
          workspace_id: workspace,
          id: crypto.randomUUID(),
          name,
          name_key: name.toLowerCase(),
        })
        .execute()
    }
  })
  afterAll(() => db.close())

  const names = (workspaceId: string): Promise<{ name: string }[]> =>
    db.readInOneFlight(
      workspaceId,
      db.query.selectFrom('departments').select('name').orderBy('name').compile(),
    )

  it('sees the rows of its workspace and of no other', async () => {
    expect(await names(acme)).toEqual([{ name: 'Sales' }, { name: 'Support' }])
    expect(await names(other)).toEqual([{ name: 'Theirs' }])
  })

  it('leaves nothing behind on its connection', async () => {
    await names(acme)
    const rows = await Promise.all(
      Array.from({ length: 12 }, () => db.query.selectFrom('departments').selectAll().execute()),
    )
    expect(rows.flat()).toEqual([])
  })

  it('takes parameters and gives values of their types', async () => {
    const moment = new Date('2026-11-22T00:00:00.123Z')
    const [row] = await db.readInOneFlight(
      acme,
      sql<Record<string, unknown>>`
        select ${moment}::timestamptz as moment, ${['a', 'b']}::text[] as list, ${7}::bigint as large,
          ${JSON.stringify({ a: 1 })}::jsonb as json, null::text as nothing`.compile(db.query),
    )
    expect(row).toEqual({ moment, list: ['a', 'b'], large: '7', json: { a: 1 }, nothing: null })
  })

  it('rejects with the error of the statement, and the connection goes on', async () => {
    const broken = sql`select 1 / ${0}::integer`.compile(db.query)
    for (let round = 0; round < 12; round++) {
      await expect(db.readInOneFlight(acme, broken)).rejects.toMatchObject({ code: '22012' })
    }
    expect(await names(acme)).toHaveLength(2)
    const nonsense = db.readInOneFlight(
      'no id',
      sql`select name from departments`.compile(db.query),
    )
    await expect(nonsense).rejects.toMatchObject({ code: '22P02' })
  })

  it('may run beside others and beside transactions', async () => {
    const actor = { kind: 'system', id: null, requestId: 'test' } as const
    const results = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const workspace = index % 2 === 0 ? acme : other
        const rows =
          index % 4 < 2
            ? await names(workspace)
            : await readInWorkspace(db, workspace, actor, ({ query }) =>
                query.selectFrom('departments').select('name').execute(),
              )
        return rows.length
      }),
    )
    expect(results).toEqual(results.map((_, index) => (index % 2 === 0 ? 2 : 1)))
  })
})
