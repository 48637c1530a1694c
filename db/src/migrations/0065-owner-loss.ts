import { type Kysely, sql } from 'kysely'

/** Since when nobody answers for a workspace, because its directory ended the last owner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table workspaces add column owner_lost_at timestamptz`.execute(db)
}
