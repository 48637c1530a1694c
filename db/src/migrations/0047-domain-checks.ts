import { type Kysely, sql } from 'kysely'

/** The records of verified domains are looked at again, every day. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table workspace_domains
      add column due_at timestamptz not null default now() + interval '1 day',
      add column missing_since timestamptz`.execute(db)
  await sql`create index workspace_domains_due on workspace_domains (due_at) where verified_at is not null`.execute(
    db,
  )
  await sql`
    create function due_domains(batch integer) returns table (workspace_id uuid, domain text)
    language sql stable security definer set search_path = public, pg_temp as $$
      select d.workspace_id, d.domain from workspace_domains d join workspaces w on w.id = d.workspace_id
      where d.verified_at is not null and d.due_at <= now() and w.deleted_at is null
      order by d.due_at limit batch $$`.execute(db)
}
