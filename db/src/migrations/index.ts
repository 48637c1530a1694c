import type { Migration } from 'kysely/migration'

import * as workspaces from './0001-workspaces.ts'
import * as people from './0002-people.ts'
import * as directory from './0003-directory.ts'
import * as signIn from './0004-sign-in.ts'
import * as events from './0005-events.ts'
import * as tenancy from './0006-tenancy.ts'

/** In order of their names. Never edited once released: a change is a new one. */
export const migrations: Record<string, Migration> = {
  '0001-workspaces': workspaces,
  '0002-people': people,
  '0003-directory': directory,
  '0004-sign-in': signIn,
  '0005-events': events,
  '0006-tenancy': tenancy,
}
