import { type Kysely, sql } from 'kysely'

/** Finds those who left by their address, as an invitation looks for them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index members_former_by_email on members (workspace_id, email_key)
      where email_key is not null and not is_listed`.execute(db)
}
