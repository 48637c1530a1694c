import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import type { Profile } from '../protocol/profile.ts'
import { ScimError } from '../protocol/scim-error.ts'

/**
 * Refuses, after a write, an externalId that another resource of the connection has. Only `interop`
 * demands it: Entra's default mapping gives two people of two domains the same one. The lock makes
 * writers of one externalId wait for each other, so that the later one sees the earlier one's row.
 */
export async function assertOwnExternalId(
  trx: WorkspaceTransaction,
  profile: Profile,
  table: 'directory_users' | 'directory_groups',
  row: {
    readonly id: string
    readonly connection_id: string
    readonly external_id: string | null
  },
): Promise<void> {
  if (profile !== 'interop' || row.external_id === null) return
  const key = `${table} ${row.connection_id} ${row.external_id}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(trx.query)
  const { rows } = await sql`
    select 1 from ${sql.table(table)}
    where workspace_id = ${trx.workspaceId} and connection_id = ${row.connection_id}
      and external_id = ${row.external_id} and id <> ${row.id} and deleted_at is null
    limit 1`.execute(trx.query)
  if (rows.length > 0) throw ScimError.of('uniqueness', 'externalId is already taken.')
}
