import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { IdList } from './id-list.ts'
import { createId } from './ids.ts'
import { createTestDatabase, type TestDatabase, testEngines } from './testing/index.ts'

const ids = Array.from({ length: 12_345 }, () => createId())

function idsOf(list: IdList): string[] {
  return [...list.slices(1_000)].flat()
}

test('a list gives back its ids in order, in slices of at most the size asked for', () => {
  const list = IdList.of(ids)
  expect(list.length).toBe(ids.length)
  expect(idsOf(list)).toEqual(ids)
  expect([...list.slices(5_000)].map((slice) => slice.length)).toEqual([5_000, 5_000, 2_345])
  expect([...new IdList().slices(10)]).toEqual([])
})

test('a list falls into parts of at most five thousand, in order', () => {
  const list = IdList.of(ids)
  list.pushPacked(Buffer.alloc(0))
  list.append(IdList.of(ids.slice(0, 3)))
  const parts = [...list.parts()]
  const lengths = parts.map(({ length }) => length)
  expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([3, 5_000])
  expect(parts.flatMap(idsOf)).toEqual([...ids, ...ids.slice(0, 3)])
  expect([...new IdList().parts()]).toEqual([])
})

test('lists can be joined and grow afterwards', () => {
  const list = IdList.of(ids.slice(0, 3))
  list.append(IdList.of(ids.slice(3, 6_000)))
  list.append(new IdList())
  for (const id of ids.slice(6_000)) list.push(id)
  expect(list.length).toBe(ids.length)
  expect(idsOf(list)).toEqual(ids)
})

test('what is no id is not taken', () => {
  expect(() => new IdList().push('somebody')).toThrow('not an id')
})

describe.each(testEngines)('a list of ids on %s', (engine) => {
  let db: TestDatabase

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  afterAll(() => db.close())

  test('is read by a statement as it is, and made of what a statement packs', async () => {
    const query = sql`
      select id from unnest(${IdList.of(ids).toParameter()}::uuid[]) as made (id) order by id desc`
    const list = await IdList.read(db.owner, query)
    expect(idsOf(list)).toEqual(ids.toReversed())
    expect(list.length).toBe(ids.length)
  })

  test('is an empty array without ids', async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::integer from unnest(${new IdList().toParameter()}::uuid[])`.execute(db.owner)
    expect(rows).toEqual([{ count: 0 }])
  })
})
