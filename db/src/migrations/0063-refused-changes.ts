import { type Kysely, sql } from 'kysely'

/** Changes of rules that were refused lately because people had moved since they were shown. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table refused_changes (
      workspace_id uuid not null references workspaces (id) on delete cascade,
      change text not null,
      times integer not null default 1,
      refused_at timestamptz not null default clock_timestamp(),
      primary key (workspace_id, change)
    )`.execute(db)
  await sql`alter table refused_changes enable row level security`.execute(db)
  await sql`
    create policy workspace on refused_changes
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
}
