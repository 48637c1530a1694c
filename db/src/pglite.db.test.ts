import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createId } from './ids.ts'
import { type Embedded, openEmbedded } from './pglite.ts'
import { isStatementTimeout, isUnavailable } from './postgres-errors.ts'
import { createOwnerQuery } from './testing/owner-query.ts'
import { pgliteTemplate } from './testing/pglite-template.ts'

const tooLong = sql`select count(*) from generate_series(1, 1000000000)`

function moduleUrl(name: string): string {
  return JSON.stringify(new URL(name, import.meta.url))
}

function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

function insertHost({ database }: Embedded, name: string): Promise<unknown> {
  const values = { id: createId(), name, allowed_origins: [] }
  return database.query.insertInto('hosts').values(values).execute()
}

/** Its worker begins again, which takes longer than a query may wait on a machine that is busy. */
async function untilItServes({ database }: Embedded): Promise<void> {
  await expect.poll(() => failure(database.ping())).toBeUndefined()
}

async function hostNames({ database }: Embedded): Promise<string[]> {
  const rows = await database.query.selectFrom('hosts').select('name').orderBy('name').execute()
  return rows.map((row) => row.name)
}

describe('PGlite in a folder', () => {
  let root: string
  let folder: string
  let open: Embedded

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'plantel-pglite-'))
    folder = join(root, 'made', 'for', 'it')
    open = await openEmbedded({ engine: 'pglite', folder, queryTimeoutMs: 3_000 })
  })

  afterAll(async () => {
    await open.database.close()
    rmSync(root, { recursive: true, force: true })
  })

  it('refuses a second opening of the same folder', async () => {
    const second = openEmbedded({ engine: 'pglite', folder })
    expect(await failure(second)).toMatchObject({ code: 'folder-in-use' })
  })

  it('refuses a folder that is a file', async () => {
    const file = join(root, 'file')
    writeFileSync(file, '')
    const opening = openEmbedded({ engine: 'pglite', folder: file })
    expect(await failure(opening)).toMatchObject({ code: 'folder-not-writable' })
  })

  it('forces every commit to the disk', async () => {
    const { rows } = await sql`
      select current_setting('fsync') as fsync, current_setting('wal_sync_method') as method,
        current_setting('synchronous_commit') as commit`.execute(open.database.query)
    expect(rows).toEqual([{ fsync: 'on', method: 'fsync', commit: 'on' }])
  })

  it('stops a query that takes too long, keeps what was committed and serves on', async () => {
    await insertHost(open, 'before')
    expect(isStatementTimeout(await failure(tooLong.execute(open.database.query)))).toBe(true)
    await untilItServes(open)
    expect(await hostNames(open)).toEqual(['before'])
    await insertHost(open, 'after')
    expect(await hostNames(open)).toEqual(['after', 'before'])
  })

  it('rolls back the transaction whose query took too long, and the role is the same after it', async () => {
    const work = open.database.runTransaction(
      { workspaceId: undefined, access: 'read write', eager: false },
      async ({ query }) => {
        await query
          .insertInto('hosts')
          .values({ id: createId(), name: 'never', allowed_origins: [] })
          .execute()
        await tooLong.execute(query)
      },
    )
    expect(isStatementTimeout(await failure(work))).toBe(true)
    await untilItServes(open)
    expect(await hostNames(open)).toEqual(['after', 'before'])
    const { rows } = await sql`select current_user as role`.execute(open.database.query)
    expect(rows).toEqual([{ role: 'plantel_app' }])
  })

  it('gives the answer of an abandoned query to nobody', async () => {
    const client = await open.pool.connect()
    const abandoned = failure(client.query('select count(*) from generate_series(1, 300000)'))
    client.release(true)
    const { rows } = await sql`select 42 as answer`.execute(open.database.query)
    expect(rows).toEqual([{ answer: 42 }])
    expect(isUnavailable(await abandoned)).toBe(true)
  })

  it('lets the event loop go on while a query runs', async () => {
    let ticks = 0
    const timer = setInterval(() => (ticks += 1), 10)
    await sql`select count(*) from generate_series(1, 500000)`.execute(open.database.query)
    clearInterval(timer)
    // None at all where the query has the thread to itself.
    expect(ticks).toBeGreaterThan(1)
  })

  it('fails a query outside the transaction in which it waits, instead of hanging', async () => {
    const work = open.database.runTransaction(
      { workspaceId: undefined, access: 'read only', eager: false },
      () => open.database.ping(),
    )
    expect(isUnavailable(await failure(work))).toBe(true)
    await open.database.ping()
  })

  it('keeps its rows over a close, and is left with an empty log', async () => {
    await open.database.close()
    open = await openEmbedded({ engine: 'pglite', folder })
    expect(await hostNames(open)).toEqual(['after', 'before'])
  })
})

describe('PGlite in memory', () => {
  it('says that it is lost when a query had to be stopped, instead of beginning again empty', async () => {
    const template = await pgliteTemplate()
    const { database } = await openEmbedded(
      { engine: 'pglite', folder: undefined, queryTimeoutMs: 3_000 },
      { template },
    )
    expect(isStatementTimeout(await failure(tooLong.execute(database.query)))).toBe(true)
    expect(isUnavailable(await failure(database.ping()))).toBe(true)
    await database.close()
  })

  it('gives a new connection a clean session', async () => {
    const { database, pool } = await openEmbedded(
      { engine: 'pglite', folder: undefined },
      { template: await pgliteTemplate() },
    )
    const client = await pool.connect()
    await client.query(`begin; set application_name = 'left behind'`)
    client.release(true)
    const { rows } = await sql`
      select current_setting('application_name') as name, current_user as role,
        pg_current_xact_id_if_assigned() is null as clean`.execute(database.query)
    expect(rows).toEqual([{ name: '', role: 'plantel_app', clean: true }])
    await database.close()
  })
})

describe('maintenance of PGlite', () => {
  it('bounds the write-ahead log and vacuums what changed, as the owner and between transactions', async () => {
    const root = mkdtempSync(join(tmpdir(), 'plantel-maintenance-'))
    const limits = { everyMs: 50, walBytes: 1_000_000, idleWalBytes: 1_000, idleMs: 100 }
    const open = await openEmbedded(
      { engine: 'pglite', folder: root },
      { maintenance: { ...limits, changedRows: 100 } },
    )
    const owner = createOwnerQuery(open.pool)
    try {
      for (let round = 0; round < 20; round++) {
        await sql`
          insert into hosts (id, name) select gen_random_uuid(), ${`${round}-`} || n
          from generate_series(1, 500) n`.execute(open.database.query)
        await sql`update hosts set allowed_origins = '{https://a.example}'`.execute(
          open.database.query,
        )
      }
      const vacuumed = async (): Promise<boolean> => {
        const { rows } = await sql<{ done: boolean }>`
          select last_vacuum is not null and last_analyze is not null as done
          from pg_stat_user_tables where relname = 'hosts'`.execute(owner)
        return rows[0]?.done === true
      }
      await expect.poll(vacuumed, { timeout: 20_000, interval: 300 }).toBe(true)
      const behind = async (): Promise<number> => {
        const { rows } = await sql<{ bytes: number }>`
          select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 as bytes
          from pg_control_checkpoint()`.execute(owner)
        return rows[0]?.bytes ?? Infinity
      }
      await expect.poll(behind, { timeout: 20_000, interval: 300 }).toBeLessThan(10_000)
      const { rows } = await sql`select current_user as role`.execute(open.database.query)
      expect(rows).toEqual([{ role: 'plantel_app' }])
      expect(statSync(join(root, 'postgres')).isDirectory()).toBe(true)
    } finally {
      await open.database.close()
      rmSync(root, { recursive: true, force: true })
    }
  })

  it('lets no process end before its database is closed', async () => {
    // In a process of its own: here other things keep the event loop alive.
    const script = `
      const { openEmbedded } = await import(${moduleUrl('./pglite.ts')})
      const { pgliteTemplate } = await import(${moduleUrl('./testing/pglite-template.ts')})
      const maintenance = { everyMs: 1, walBytes: 1, idleWalBytes: 1, idleMs: 1, changedRows: 0 }
      for (let round = 0; round < 3; round += 1) {
        const { database } = await openEmbedded(
          { engine: 'pglite', folder: undefined },
          { template: await pgliteTemplate(), maintenance },
        )
        await database.ping()
        await database.close()
      }
      console.log('closed')`
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      script,
    ])
    expect(stdout).toBe('closed\n')
  })

  it('waits for the end of a transaction that is open', async () => {
    const limits = { everyMs: 20, walBytes: 1, idleWalBytes: 1, idleMs: 20, changedRows: 0 }
    const open = await openEmbedded(
      { engine: 'pglite', folder: undefined },
      { template: await pgliteTemplate(), maintenance: limits },
    )
    const work = open.database.runTransaction(
      { workspaceId: undefined, access: 'read write', eager: false },
      async ({ query }) => {
        // In a transaction that has failed every statement fails, those of the maintenance too.
        await failure(sql`select 1 / 0`.execute(query))
        await delay(300)
      },
    )
    expect(await failure(work)).toMatchObject({ code: '25P02' })
    await insertHost(open, 'after')
    expect(await hostNames(open)).toEqual(['after'])
    await open.database.close()
  })
})
