import { type Kysely, sql } from 'kysely'

/** What the request log says beyond the outcome: the operations of a request, and the names of what it changed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table scim_requests add column details jsonb not null default '{}'`.execute(db)
  await sql`alter table scim_requests alter column details drop default`.execute(db)
}
