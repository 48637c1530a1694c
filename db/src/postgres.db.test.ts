import { createServer } from 'node:net'

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type Database, openDatabase } from './index.ts'
import { isStatementTimeout } from './postgres-errors.ts'
import { createTestDatabase, type TestDatabase, testEngines } from './testing/index.ts'

function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

async function open(url: string, statementTimeoutMs = 30_000): Promise<Database> {
  return openDatabase({ engine: 'postgres', url, statementTimeoutMs, maxConnections: 2 })
}

describe('opening a database by URL', () => {
  it.each(['', 'localhost:5432/plantel', 'mysql://root@localhost/plantel', 'file:///plantel'])(
    'refuses "%s", which is not a PostgreSQL URL',
    async (url) => {
      const error = await failure(openDatabase({ engine: 'postgres', url }))
      expect(error).toMatchObject({ name: 'DatabaseOpenError', code: 'invalid-url' })
    },
  )

  it('says that a server is unreachable, without the password', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    await new Promise((resolve) => server.close(resolve))
    const url = `postgres://someone:s3cret@127.0.0.1:${port}/plantel`
    const error = await failure(openDatabase({ engine: 'postgres', url }))
    expect(error).toMatchObject({ code: 'unreachable' })
    expect(String(error)).toContain(`127.0.0.1:${port}`)
    expect(String(error)).not.toContain('s3cret')
  })
})

describe.runIf(testEngines.includes('postgres'))('PostgreSQL', () => {
  let db: TestDatabase

  beforeAll(async () => {
    db = await createTestDatabase('postgres')
  })

  afterAll(() => db.close())

  function urlWith(change: (url: URL) => void): string {
    if (db.options.engine !== 'postgres') throw new Error('not PostgreSQL')
    const url = new URL(db.options.url)
    change(url)
    return url.href
  }

  it('says that a user is refused, without telling the password', async () => {
    const url = urlWith((url) => {
      url.username = 'nobody'
      url.password = 'wr0ng'
    })
    const error = await failure(open(url))
    expect(error).toMatchObject({ code: 'authentication' })
    expect(String(error)).not.toContain('wr0ng')
  })

  it('says that a database does not exist', async () => {
    const error = await failure(open(urlWith((url) => (url.pathname = '/nowhere'))))
    expect(error).toMatchObject({ code: 'unreachable' })
    expect(String(error)).toContain('nowhere')
  })

  it('serves as a role that owns no table and is bound by row level security', async () => {
    const { rows } = await sql`
      select current_user as role, rolsuper or rolbypassrls as powerful,
        current_setting('plan_cache_mode') as plans, current_setting('statement_timeout') as timeout
      from pg_roles where rolname = current_user`.execute(db.query)
    expect(rows).toEqual([{ role: 'plantel_app', powerful: false, plans: 'auto', timeout: '30s' }])
  })

  it('refuses to serve when the application role owns a table', async () => {
    await sql`create table owned (id int)`.execute(db.owner)
    await sql`grant create on schema public to plantel_app`.execute(db.owner)
    await sql`alter table owned owner to plantel_app`.execute(db.owner)
    const error = await failure(openDatabase(db.options))
    expect(error).toMatchObject({ code: 'unsafe-role' })
    await sql`drop table owned`.execute(db.owner)
    await (await openDatabase(db.options)).close()
  })

  it('stops a statement after its limit and goes on with the same pool', async () => {
    const replica = await open(
      urlWith(() => {}),
      2_000,
    )
    const error = await failure(sql`select pg_sleep(60)`.execute(replica.query))
    expect(isStatementTimeout(error)).toBe(true)
    await replica.ping()
    await replica.close()
  })

  it('survives the loss of every connection, idle or in use', async () => {
    const replica = await open(urlWith((url) => url.searchParams.set('application_name', 'lost')))
    const busy = failure(sql`select pg_sleep(25)`.execute(replica.query))
    const sleeping = async (): Promise<unknown[]> => {
      const { rows } = await sql`
        select pid from pg_stat_activity where datname = current_database()
          and application_name = 'lost' and query like '%pg_sleep%'`.execute(db.owner)
      return rows
    }
    await expect.poll(sleeping).toHaveLength(1)
    await replica.ping()
    const { rows } = await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'lost'`.execute(db.owner)
    expect(rows.length).toBeGreaterThanOrEqual(2)
    expect(await busy).toMatchObject({ code: '57P01' })
    await expect.poll(() => failure(replica.ping())).toBeUndefined()
    await replica.close()
  })

  it('reads bigint as text, dates as text, timestamps as Date and jsonb as a value', async () => {
    const { rows } = await sql`
      select 9007199254740993::bigint as big, date '2026-03-29' as day,
        timestamptz '2026-03-29T00:30:00Z' as at, '{"a":[1]}'::jsonb as json`.execute(db.query)
    expect(rows).toEqual([
      {
        big: '9007199254740993',
        day: '2026-03-29',
        at: new Date('2026-03-29T00:30:00Z'),
        json: { a: [1] },
      },
    ])
  })
})
