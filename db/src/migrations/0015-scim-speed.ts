import { type Kysely, sql } from 'kysely'

/** What makes directory requests as fast in a workspace of a million as in one of a thousand. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await listedMembers(db)
}

/**
 * The condition of partial indexes as a column of its own. With `state` in it, a suspension would write every one of them
 * anew: PostgreSQL leaves indexes alone (HOT) only if no column that one names has changed.
 */
async function listedMembers(db: Kysely<unknown>): Promise<void> {
  await sql`alter table members add column is_listed boolean not null
    generated always as (state <> 'removed') stored`.execute(db)
  const indexes = [
    'members_email_unique',
    'members_host_user_unique',
    'members_by_name',
    'members_by_role',
    'members_by_activity',
    'members_search',
  ]
  for (const index of indexes) await sql`drop index ${sql.id(index)}`.execute(db)
  await sql`create unique index members_email_unique on members (workspace_id, email_key) where email_key is not null and is_listed`.execute(
    db,
  )
  await sql`create unique index members_host_user_unique on members (workspace_id, host_user_id) where host_user_id is not null and is_listed`.execute(
    db,
  )
  await sql`create index members_by_name on members (workspace_id, display_key, id) where is_listed`.execute(
    db,
  )
  await sql`create index members_by_role on members (workspace_id, role_id, display_key, id) where is_listed`.execute(
    db,
  )
  await sql`create index members_by_activity on members
    (workspace_id, (coalesce(last_active_at, '-infinity'::timestamptz)), id) where is_listed`.execute(
    db,
  )
  await sql`create index members_search on members
    using gin (workspace_id, search_key gin_trgm_ops, phone_digits gin_trgm_ops) where is_listed`.execute(
    db,
  )
  // Room on each page for the next version of its rows.
  await sql`alter table members set (fillfactor = 85)`.execute(db)
  await sql`
    create or replace function search_members(part text, word_start text, digits text, at_most integer)
    returns table (workspace_id uuid, id uuid, display_key text, state text, role_id uuid, source text,
      conversation_access text, last_active_at timestamptz)
    language plpgsql stable security definer set search_path = public, pg_temp as $$
    begin
      return query
        select m.workspace_id, m.id, m.display_key, m.state, m.role_id, m.source, m.conversation_access,
          m.last_active_at
        from members m
        where m.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
          and m.is_listed
          and (m.search_key like part or m.search_key ~ word_start or m.phone_digits like digits)
        limit at_most;
    end $$`.execute(db)
}
