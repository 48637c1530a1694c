import { mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import {
  createPool,
  createTestDatabase,
  startPostgres,
  type TestDatabase,
} from '@plantel/db/testing'

/** A fresh database on a server that is set up as in production. */
export interface BenchmarkDatabase {
  database: TestDatabase
  url: string
  /** Plain `pg`, as the owner of the tables. */
  pool: ReturnType<typeof createPool>
  close(): Promise<void>
}

/**
 * Opens a database on the server of `TEST_DATABASE_URL`, or on one that is started for this run: commits reach the disk
 * and a million users fit in memory, unlike on the server of the tests.
 */
export async function openBenchmarkDatabase(): Promise<BenchmarkDatabase> {
  process.env['TEST_DATABASE_URL'] ??= await startServer()
  const database = await createTestDatabase('postgres')
  if (database.options.engine !== 'postgres') throw new Error('not PostgreSQL')
  const { url } = database.options
  const pool = createPool({ connectionString: url, max: 2 }, undefined)
  return {
    database,
    url,
    pool,
    async close() {
      await pool.end()
      await database.close()
    },
  }
}

async function startServer(): Promise<string> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'plantel-benchmark-'))
  const gigabytes = Math.min(4, Math.max(1, Math.floor(os.totalmem() / 2 ** 30 / 8)))
  const { url } = await startPostgres(scratch, {
    shared_buffers: `${gigabytes}GB`,
    random_page_cost: 1.1,
    jit: 'off',
    max_wal_size: '8GB',
    max_connections: 200,
  })
  return url.href
}

/** The machine and the settings that the figures depend on. */
export async function describeMachine({ pool }: BenchmarkDatabase): Promise<string> {
  const { rows } = await pool.query<{ name: string; setting: string }>(
    `select name, current_setting(name) as setting
     from unnest('{server_version, fsync, synchronous_commit, shared_buffers, jit}'::text[]) as name`,
  )
  const [cpu] = os.cpus()
  const settings = rows.map(({ name, setting }) => `${name} ${setting}`).join(', ')
  return [
    `${os.cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}`,
    `${(os.totalmem() / 2 ** 30).toFixed(0)} GiB, load ${os.loadavg()[0]?.toFixed(1)} at the start`,
    `Node ${process.versions.node}`,
    `PostgreSQL (${settings})`,
  ].join('; ')
}
