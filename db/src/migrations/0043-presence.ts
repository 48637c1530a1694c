import { type Kysely, sql } from 'kysely'

/** Who is here. Not written ahead: after a crash everybody says so again within seconds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create unlogged table presences (
      workspace_id uuid not null references workspaces on delete cascade,
      member_id uuid not null,
      online_until timestamptz not null,
      away_until timestamptz not null,
      changed_at timestamptz not null,
      primary key (workspace_id, member_id),
      constraint presences_member_exists foreign key (workspace_id, member_id)
        references members (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index presences_changed on presences (workspace_id, changed_at)`.execute(db)
  await sql`create index presences_over on presences (away_until)`.execute(db)
  await sql`alter table presences enable row level security`.execute(db)
  await sql`
    create policy workspace on presences
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
  await sql`
    create function sweep_presences() returns integer
    language sql volatile security definer set search_path = public, pg_temp as
    $$ with gone as (delete from presences where away_until < now() - interval '1 hour' returning 1)
       select count(*)::integer from gone $$`.execute(db)
}
