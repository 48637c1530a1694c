import type { Database, DatabaseOptions } from './database.ts'
import { openPglite } from './pglite.ts'
import { openPostgres } from './postgres.ts'

/**
 * Opens the database, brings its schema up to date as the owner and then serves as the role
 * `plantel_app`; throws `DatabaseOpenError` for everything an operator can put right.
 */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  switch (options.engine) {
    case 'postgres':
      return openPostgres(options)
    case 'pglite':
      return openPglite(options)
    default:
      return options satisfies never
  }
}
