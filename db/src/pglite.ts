import { join } from 'node:path'

import { type Kysely, sql } from 'kysely'
import type { Pool } from 'pg'

import { assertApplicationRole } from './application-role.ts'
import { createBackground } from './background.ts'
import { type Database, DatabaseOpenError, type DatabaseOptions } from './database.ts'
import type { MaintenanceLimits } from './embedded-protocol.ts'
import { type EmbeddedServer, startEmbeddedServer } from './embedded-server.ts'
import { lockFolder } from './folder-lock.ts'
import { migrate } from './migrate.ts'
import { createKysely, createPool, sessionSettings } from './pool.ts'
import { RightOfWay } from './right-of-way.ts'
import { createTransactionRunner } from './scoped-transaction.ts'
import { createSignalHub } from './signal.ts'

type PgliteOptions = Extract<DatabaseOptions, { engine: 'pglite' }>

/** What only tests change. */
export interface PgliteInternals {
  /** A dumped, migrated data folder for a database in memory. */
  template?: Uint8Array<ArrayBuffer>
  maintenance?: MaintenanceLimits
}

const maintenanceLimits: MaintenanceLimits = {
  everyMs: 5_000,
  walBytes: 64 * 1024 * 1024,
  idleWalBytes: 1024 * 1024,
  idleMs: 10_000,
  changedRows: 1_000,
}

/** An open embedded database with the parts that tests look into. */
export interface Embedded {
  database: Database
  pool: Pool
  server: EmbeddedServer
}

/** Opens the embedded database: migrates as its superuser, then serves as `plantel_app`. */
export async function openPglite(options: PgliteOptions): Promise<Database> {
  const { database } = await openEmbedded(options)
  return database
}

/** `openPglite`, for tests. */
export async function openEmbedded(
  { folder, queryTimeoutMs = 30_000 }: PgliteOptions,
  { template, maintenance = maintenanceLimits }: PgliteInternals = {},
): Promise<Embedded> {
  const lock = folder === undefined ? undefined : lockFolder(folder)
  let server: EmbeddedServer | undefined
  try {
    server = await startEmbeddedServer({
      dataFolder: folder === undefined ? undefined : join(folder, 'postgres'),
      maintenance,
      ...(template === undefined ? {} : { template }),
    })
    await migrateEmbedded(server)
    return await serve(server, queryTimeoutMs, () => lock?.release())
  } catch (error) {
    await server?.close()
    lock?.release()
    throw error
  }
}

/** A pool of the one session PGlite has; a second checkout fails after ten seconds instead of waiting for ever. */
function createEmbeddedPool(
  server: EmbeddedServer,
  queryTimeoutMs: number,
  settings: string | undefined,
): Pool {
  return createPool(
    {
      max: 1,
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: 10_000,
      user: 'postgres',
      database: 'postgres',
      password: 'unused',
      ssl: false,
      stream: () => server.connect(queryTimeoutMs),
    },
    settings,
  )
}

async function migrateEmbedded(server: EmbeddedServer): Promise<void> {
  const owner = createKysely<unknown>(createEmbeddedPool(server, Infinity, undefined))
  try {
    await migrate(owner)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DatabaseOpenError(
      'migration-failed',
      `A migration failed and was rolled back (${reason}): see the cause, and restore or upgrade.`,
      { cause: error },
    )
  } finally {
    await owner.destroy()
  }
}

async function serve(
  server: EmbeddedServer,
  queryTimeoutMs: number,
  release: () => void,
): Promise<Embedded> {
  // PGlite ignores statement_timeout; stopping its worker is the limit that holds.
  const pool = createEmbeddedPool(server, queryTimeoutMs, sessionSettings(0))
  const query = createKysely(pool)
  const signals = createSignalHub()
  const way = new RightOfWay()
  await assertApplicationRole(query as Kysely<unknown>)
  const database: Database = {
    engine: 'pglite',
    query,
    signals,
    runTransaction: createTransactionRunner(pool, way),
    inBackground: createBackground(way),
    async ping() {
      await sql`select 1`.execute(query)
    },
    async close() {
      signals.close()
      await query.destroy()
      await server.close()
      release()
    },
  }
  return { database, pool, server }
}
