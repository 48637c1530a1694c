import { findPostgres } from './postgres-binaries.ts'

/** The two engines that every `.db.test.ts` runs on. */
export type TestEngine = 'pglite' | 'postgres'

/** What this machine can run; without PostgreSQL it says so, and under CI it refuses. */
export const testEngines: readonly TestEngine[] = findTestEngines()

function findTestEngines(): TestEngine[] {
  if (process.env['TEST_DATABASE_URL'] !== undefined || findPostgres() !== undefined) {
    return ['pglite', 'postgres']
  }
  const message =
    'No PostgreSQL 15 or newer found: install one, set TEST_DATABASE_URL or install the optional dependencies.'
  if (process.env['CI'] !== undefined) throw new Error(message)
  console.warn(`${message} The tests on PostgreSQL are skipped.`)
  return ['pglite']
}
