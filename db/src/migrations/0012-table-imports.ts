import { type Kysely, sql } from 'kysely'

/** Tables of people that somebody sent, until the job that looked at them is forgotten. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table member_imports (
      workspace_id uuid not null,
      id uuid not null,
      way text not null,
      check_job_id uuid not null,
      import_job_id uuid,
      hash text,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      foreign key (workspace_id, check_job_id) references jobs (workspace_id, id) on delete cascade,
      foreign key (workspace_id, import_job_id) references jobs (workspace_id, id)
        on delete set null (import_job_id),
      constraint member_imports_way_known check (way in ('invite', 'create'))
    )`.execute(db)
  await sql`create index member_imports_by_check on member_imports (workspace_id, check_job_id)`.execute(
    db,
  )
  await sql`create index member_imports_by_job on member_imports (workspace_id, import_job_id)`.execute(
    db,
  )
  await sql`
    create table member_import_rows (
      workspace_id uuid not null,
      import_id uuid not null,
      number integer not null,
      cells jsonb,
      email_key text collate "C",
      problem text,
      digest text,
      primary key (workspace_id, import_id, number),
      foreign key (workspace_id, import_id) references member_imports (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index member_import_rows_by_email on member_import_rows (workspace_id, email_key, import_id, number)`.execute(
    db,
  )
  for (const name of ['member_imports', 'member_import_rows']) {
    const table = sql.table(name)
    await sql`alter table ${table} enable row level security`.execute(db)
    await sql`
      create policy workspace on ${table}
        using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
        with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
      db,
    )
  }
}
