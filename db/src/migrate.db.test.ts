import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openDatabase } from './index.ts'
import { applyMigrations, migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { createKysely, createPool } from './pool.ts'
import { createTestDatabase, type TestDatabase, testEngines } from './testing/index.ts'

/** The released migrations and one more, slow enough that a second replica arrives while it runs. */
function withNext(up: Migration['up']): Record<string, Migration> {
  return { ...migrations, '9999-next': { up } }
}

describe.each(testEngines)('migrations on %s', (engine) => {
  let db: TestDatabase
  let owner: Kysely<unknown>

  beforeEach(async () => {
    db = await createTestDatabase(engine)
    owner = db.owner as Kysely<unknown>
  })

  afterEach(() => db.close())

  it('are not applied twice', async () => {
    expect(await migrate(owner)).toEqual({ applied: [] })
  })

  it('give the application role every table of the product and none of the migrator', async () => {
    const { rows } = await sql<{ name: string; reads: boolean; writes: boolean }>`
      select relname as name,
        has_table_privilege('plantel_app', oid, 'select') as reads,
        has_table_privilege('plantel_app', oid, 'insert')
          and has_table_privilege('plantel_app', oid, 'update')
          and has_table_privilege('plantel_app', oid, 'delete') as writes
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`.execute(
      owner,
    )
    expect(rows.length).toBeGreaterThan(20)
    for (const { name, reads, writes } of rows) {
      const ours = !name.startsWith('kysely_')
      expect({ name, reads, writes }).toEqual({ name, reads: ours, writes: ours })
    }
  })

  it('give the application role what a later migration makes', async () => {
    const later = withNext(async (query) => {
      await sql`create table later (id bigint generated always as identity, note text)`.execute(
        query,
      )
      await sql`create function later_answer() returns int language sql as 'select 42'`.execute(
        query,
      )
      await sql`revoke execute on function later_answer from public`.execute(query)
    })
    expect(await applyMigrations(owner, later)).toEqual({ applied: ['9999-next'] })
    await sql`insert into later (note) values ('x')`.execute(db.query)
    const { rows } = await sql`select later_answer() as answer`.execute(db.query)
    expect(rows).toEqual([{ answer: 42 }])
  })

  it('leave nothing behind when one fails', async () => {
    const failing = withNext(async (query) => {
      await sql`create table half (id int)`.execute(query)
      await sql`select 1 / 0`.execute(query)
    })
    await expect(applyMigrations(owner, failing)).rejects.toMatchObject({ code: '22012' })
    const { rows } = await sql`select to_regclass('half') as half`.execute(owner)
    expect(rows).toEqual([{ half: null }])
    expect(await migrate(owner)).toEqual({ applied: [] })
  })
})

/** Another process's connection as the role of the URL. */
async function connectAsOwner({ options }: TestDatabase): Promise<Kysely<unknown>> {
  if (options.engine !== 'postgres') throw new Error('not PostgreSQL')
  const owner = createKysely<unknown>(
    createPool({ connectionString: options.url, max: 1 }, undefined),
  )
  await sql`select 1`.execute(owner)
  return owner
}

describe.runIf(testEngines.includes('postgres'))('migrations of several replicas', () => {
  it('are applied by exactly one of four that start together', async () => {
    const db = await createTestDatabase('postgres')
    const list = withNext(async (query) => {
      await sql`create table next (id int)`.execute(query)
      await sql`select pg_sleep(0.2)`.execute(query)
    })
    const replicas = await Promise.all(Array.from({ length: 4 }, () => connectAsOwner(db)))
    const results = await Promise.all(replicas.map((owner) => applyMigrations(owner, list)))
    expect(results.flatMap(({ applied }) => applied)).toEqual(['9999-next'])
    for (const owner of replicas) await owner.destroy()
    await db.close()
  })

  it('run on an empty database when two replicas open it at once', async () => {
    const db = await createTestDatabase('postgres')
    await sql`drop schema public cascade`.execute(db.owner)
    await sql`create schema public`.execute(db.owner)
    const replicas = await Promise.all([openDatabase(db.options), openDatabase(db.options)])
    for (const replica of replicas) {
      expect(await replica.query.selectFrom('members').select('id').execute()).toEqual([])
      await replica.close()
    }
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(
      db.owner,
    )
    expect(rows.map((row) => row.name).toSorted()).toEqual(Object.keys(migrations).toSorted())
    await db.close()
  })
})
