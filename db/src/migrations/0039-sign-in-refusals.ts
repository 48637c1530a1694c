import { type Kysely, sql } from 'kysely'

/** Refused sign-ins, for the admin whom a person asks with the reference of their error page. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sign_in_refusals (
      workspace_id uuid not null references workspaces on delete cascade,
      id uuid not null,
      reference text not null,
      code text not null,
      detail text,
      connection_id uuid,
      refused_at timestamptz not null default now(),
      primary key (workspace_id, id)
    )`.execute(db)
  await sql`create index sign_in_refusals_by_time on sign_in_refusals (workspace_id, refused_at)`.execute(
    db,
  )
  await sql`alter table sign_in_refusals enable row level security`.execute(db)
  await sql`
    create policy workspace on sign_in_refusals
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
}
