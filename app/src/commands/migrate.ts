import type { CommandReport } from './command-output.ts'
import { withInstallation } from './with-installation.ts'

/** `plantel migrate`: brings the schema up to date without serving, as a deployment step. */
export function migrate(): Promise<CommandReport> {
  // Opening migrates: a replica that starts does the same.
  return withInstallation(async ({ db }) => {
    await db.ping()
    return {
      lines: [`The database (${db.engine}) is up to date.`],
      json: { engine: db.engine, upToDate: true },
    }
  })
}
