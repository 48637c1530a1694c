import { type Kysely, sql } from 'kysely'

/** Addresses that people want to sign in with from now on, until whoever reads the mail there has confirmed it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table email_changes (
      workspace_id uuid not null,
      id uuid not null,
      member_id uuid not null,
      state text not null default 'open',
      email text not null,
      former_email text,
      delivery text not null default 'queued',
      delivery_error text,
      expires_at timestamptz not null,
      created_at timestamptz not null default now(),
      closed_at timestamptz,
      primary key (workspace_id, id),
      constraint email_changes_id_unique unique (id),
      constraint email_changes_member_exists foreign key (workspace_id, member_id)
        references members (workspace_id, id) on delete cascade,
      constraint email_changes_state_known check (state in ('open', 'confirmed', 'replaced', 'cancelled')),
      constraint email_changes_closed_at_set check ((state = 'open') = (closed_at is null)),
      constraint email_changes_delivery_known check (delivery in ('queued', 'sent', 'failed'))
    )`.execute(db)
  await sql`
    create unique index email_changes_one_open on email_changes (workspace_id, member_id)
      where state = 'open'`.execute(db)
  await sql`
    create index email_changes_by_member on email_changes (workspace_id, member_id, created_at)`.execute(
    db,
  )
  await sql`create index email_changes_by_time on email_changes (created_at)`.execute(db)
  await sql`alter table email_changes enable row level security`.execute(db)
  await sql`
    create policy workspace on email_changes
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
  await sql`
    create function find_email_change(change uuid) returns uuid
    language sql stable security definer set search_path = public, pg_temp as
    $$ select c.workspace_id from email_changes c where c.id = change $$`.execute(db)
  // No link is older than an hour; for a month somebody can still be told what their address was.
  await sql`
    create function sweep_email_changes(batch integer) returns integer
    language sql volatile security definer set search_path = public, pg_temp as $$
      with due as materialized (
        select c.id from email_changes c where c.created_at < now() - interval '30 days'
        order by c.created_at limit batch for update skip locked
      ), gone as (
        delete from email_changes c using due where c.id = due.id returning 1
      )
      select count(*)::integer from gone $$`.execute(db)
}
