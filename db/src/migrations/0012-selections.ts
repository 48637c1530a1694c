import { type Kysely, sql } from 'kysely'

/** Sets of members that somebody chose, exactly as they were when they chose. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table selections (
      workspace_id uuid not null references workspaces on delete cascade,
      id uuid not null,
      made_by uuid,
      member_ids uuid[] not null,
      kept_until timestamptz not null,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id)
    )`.execute(db)
  // Uncompressed, so that a thousand of a hundred thousand are read without the others.
  await sql`alter table selections alter column member_ids set storage external`.execute(db)
  await sql`create index selections_by_maker on selections (workspace_id, made_by, id)`.execute(db)
  await sql`create index selections_by_end on selections (kept_until)`.execute(db)
  await sql`alter table selections enable row level security`.execute(db)
  await sql`
    create policy workspace on selections
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
  await sql`
    create function delete_old_selections(batch integer) returns integer
    language sql volatile security definer set search_path = public, pg_temp as $$
      with old as (
        select s.workspace_id, s.id from selections s where s.kept_until < now()
        order by s.kept_until limit batch for update skip locked
      ), gone as (
        delete from selections s using old
        where s.workspace_id = old.workspace_id and s.id = old.id returning 1
      )
      select count(*)::integer from gone $$`.execute(db)
}
