import type { Kysely } from 'kysely'

import type { Database, DatabaseOptions } from '../database.ts'
import { openDatabase } from '../open-database.ts'
import { openEmbedded } from '../pglite.ts'
import { createKysely, createPool } from '../pool.ts'
import type { Schema } from '../schema/index.ts'
import { createOwnerQuery } from './owner-query.ts'
import { pgliteTemplate } from './pglite-template.ts'
import { createPostgresCopy } from './postgres-template.ts'
import type { TestEngine } from './test-engines.ts'

/** A fresh, migrated database; closing it destroys it. */
export interface TestDatabase extends Database {
  /** What it was opened with: on PostgreSQL a second replica can open the same. */
  readonly options: DatabaseOptions
  /** Sees every workspace, as the owner of the tables. */
  readonly owner: Kysely<Schema>
}

/** One database for one test file; call it in `beforeAll` and `close()` in `afterAll`. */
export function createTestDatabase(engine: TestEngine): Promise<TestDatabase> {
  return engine === 'postgres' ? createOnPostgres() : createOnPglite()
}

async function createOnPglite(): Promise<TestDatabase> {
  const options: DatabaseOptions = { engine: 'pglite', folder: undefined }
  const { database, pool } = await openEmbedded(options, { template: await pgliteTemplate() })
  return { ...database, options, owner: createOwnerQuery(pool) }
}

async function createOnPostgres(): Promise<TestDatabase> {
  const copy = await createPostgresCopy()
  const options: DatabaseOptions = { engine: 'postgres', url: copy.url, maxConnections: 5 }
  const database = await openDatabase(options)
  const pool = createPool(
    { connectionString: copy.url, max: 2, idleTimeoutMillis: 1_000 },
    undefined,
  )
  const owner = createKysely(pool)
  return {
    ...database,
    options,
    owner,
    async close() {
      await database.close()
      await owner.destroy()
      // Kysely ends a pool only if it has used it.
      if (!pool.ended) await pool.end()
      await copy.drop()
    },
  }
}
