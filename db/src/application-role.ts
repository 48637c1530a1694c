import { type Kysely, sql } from 'kysely'

import { DatabaseOpenError } from './database.ts'
import { applicationRole } from './migrate.ts'

/** Refuses to serve as a role that row level security does not bind. */
export async function assertApplicationRole(query: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ name: string; powerful: boolean; owner: boolean }>`
    select current_user as name, rolsuper or rolbypassrls as powerful,
      exists (
        select from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
          and pg_has_role(current_user, relowner, 'usage')
      ) as owner
    from pg_roles where rolname = current_user`.execute(query)
  const [role] = rows
  if (role === undefined || role.name !== applicationRole || role.powerful || role.owner) {
    throw new DatabaseOpenError(
      'unsafe-role',
      `The role ${applicationRole} must own no table and must be neither superuser nor BYPASSRLS: ` +
        'take those rights away from it, or one workspace could read another.',
    )
  }
}
