import { type Kysely, sql } from 'kysely'

/** Who runs a workspace is warned 60, 30, 14 and 3 days before a credential of a directory ends. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The days of the last warning.
  await sql`alter table scim_tokens add column warned_days integer`.execute(db)
  await sql`alter table scim_client_secrets add column warned_days integer`.execute(db)
  await sql`create index scim_tokens_by_expiry on scim_tokens (expires_at) where kind = 'static' and revoked_at is null`.execute(
    db,
  )
  // The warning that is due, in days; a life that is shorter than that is not warned of when it begins.
  await sql`
    create function due_expiry_warning(created timestamptz, expires timestamptz, warned integer) returns integer
    language sql stable as $$
      select min(days) from unnest('{60, 30, 14, 3}'::integer[]) as days
      where expires > now() and expires <= now() + make_interval(days => days)
        and created <= expires - make_interval(days => days) and (warned is null or warned > days) $$`.execute(
    db,
  )
  await sql`
    create function due_expiry_warnings(batch integer) returns table (workspace_id uuid)
    language sql stable security definer set search_path = public, pg_temp as $$
      select due.workspace_id from (
        select t.workspace_id from scim_tokens t
        where t.kind = 'static' and t.revoked_at is null and t.expires_at <= now() + interval '60 days'
          and due_expiry_warning(t.created_at, t.expires_at, t.warned_days) is not null
        union
        select s.workspace_id from scim_client_secrets s
        where due_expiry_warning(s.created_at, s.expires_at, s.warned_days) is not null
      ) due
      join workspaces w on w.id = due.workspace_id and w.deleted_at is null
      limit batch $$`.execute(db)
}
