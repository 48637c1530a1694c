import { type Kysely, sql } from 'kysely'

/** Who was active lately, along the index of activity: under a policy its expression may not be used to look people up. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function online_members(minutes integer) returns setof uuid
    language sql stable security definer rows 100 set search_path = public, pg_temp as $$
      select m.id from members m
      where m.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid and m.is_listed
        and coalesce(m.last_active_at, '-infinity'::timestamptz) > now() - make_interval(mins => minutes)
    $$`.execute(db)
}
