import { type Kysely, sql } from 'kysely'

/** Work that outlasts a request, and what became of each item of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table jobs (
      workspace_id uuid not null references workspaces on delete cascade,
      id uuid not null,
      kind text not null,
      input jsonb not null,
      state text not null default 'queued',
      total integer,
      done integer not null default 0,
      failed integer not null default 0,
      checkpoint jsonb,
      error_code text,
      actor_kind text not null,
      actor_id uuid,
      request_id text not null,
      lease uuid,
      leased_until timestamptz not null default now(),
      attempts integer not null default 0,
      created_at timestamptz not null default now(),
      started_at timestamptz,
      finished_at timestamptz,
      primary key (workspace_id, id),
      constraint jobs_state_known check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
      constraint jobs_actor_known check (actor_kind in ('directory', 'member', 'host', 'system')),
      constraint jobs_finished_at_set check ((state in ('queued', 'running')) = (finished_at is null)),
      constraint jobs_error_code_set check ((state = 'failed') = (error_code is not null))
    )`.execute(db)
  await sql`create index jobs_due on jobs (leased_until) where finished_at is null`.execute(db)
  await sql`create index jobs_finished on jobs (finished_at) where finished_at is not null`.execute(
    db,
  )
  await sql`
    create table job_results (
      workspace_id uuid not null,
      job_id uuid not null,
      number integer not null,
      member_id uuid,
      outcome text not null,
      code text,
      detail text,
      primary key (workspace_id, job_id, number),
      foreign key (workspace_id, job_id) references jobs (workspace_id, id) on delete cascade,
      constraint job_results_outcome_known check (outcome in ('created', 'changed', 'unchanged', 'refused')),
      constraint job_results_code_set check ((outcome = 'refused') = (code is not null))
    )`.execute(db)
  await sql`create index job_results_refused on job_results (workspace_id, job_id, number) where outcome = 'refused'`.execute(
    db,
  )
  await protect(db, 'jobs')
  await protect(db, 'job_results')
  // Whoever waited longest comes first, and no host more often than another.
  await sql`
    create function due_jobs(known_kinds text[], per_host integer)
    returns table (workspace_id uuid, job_id uuid, host_id uuid)
    language sql stable security definer set search_path = public, pg_temp as $$
      select due.workspace_id, due.id, due.host_id from (
        select j.workspace_id, j.id, w.host_id, j.leased_until,
          row_number() over (partition by w.host_id order by j.leased_until, j.id) as turn
        from jobs j join workspaces w on w.id = j.workspace_id
        where j.finished_at is null and j.leased_until <= now() and j.kind = any(known_kinds)
      ) due
      where due.turn <= per_host
      order by due.turn, due.leased_until
    $$`.execute(db)
  await sql`
    create function delete_old_jobs(before timestamptz, batch integer) returns integer
    language sql volatile security definer set search_path = public, pg_temp as $$
      with old as (
        select j.workspace_id, j.id from jobs j where j.finished_at < before
        order by j.finished_at limit batch for update skip locked
      ), gone as (
        delete from jobs j using old
        where j.workspace_id = old.workspace_id and j.id = old.id returning 1
      )
      select count(*)::integer from gone $$`.execute(db)
}

/** ENABLE without FORCE, as every table of a workspace. */
async function protect(db: Kysely<unknown>, name: string): Promise<void> {
  const table = sql.table(name)
  await sql`alter table ${table} enable row level security`.execute(db)
  await sql`
    create policy workspace on ${table}
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
}
