import { type Kysely, sql } from 'kysely'

/** Passwords of people who come in without a company account, and what protects them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table member_passwords (
      workspace_id uuid not null,
      member_id uuid not null,
      hash text not null,
      updated_at timestamptz not null default now(),
      primary key (workspace_id, member_id),
      constraint member_passwords_member_exists foreign key (workspace_id, member_id)
        references members (workspace_id, id) on delete cascade
    )`.execute(db)
  await protect(db, 'member_passwords')
  await sql`
    create table password_resets (
      workspace_id uuid not null,
      id uuid not null,
      member_id uuid not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      constraint password_resets_id_unique unique (id),
      constraint password_resets_member_exists foreign key (workspace_id, member_id)
        references members (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index password_resets_by_member on password_resets (workspace_id, member_id)`.execute(
    db,
  )
  await sql`create index password_resets_by_expiry on password_resets (expires_at)`.execute(db)
  await protect(db, 'password_resets')
  await sql`
    create function find_password_reset(reset uuid) returns uuid
    language sql stable security definer set search_path = public, pg_temp as
    $$ select r.workspace_id from password_resets r where r.id = reset $$`.execute(db)
  // Counted before anybody is known, so without a workspace. The key is a digest.
  await sql`
    create table sign_in_attempts (
      key bytea primary key,
      count integer not null,
      resets_at timestamptz not null
    )`.execute(db)
  await sql`create index sign_in_attempts_by_reset on sign_in_attempts (resets_at)`.execute(db)
  await sql`alter table host_clients add column initiate_login_uri text`.execute(db)
  // Whoever comes from an invitation to the company's sign-in page is known by both afterwards.
  await sql`
    alter table sign_in_flows
      add column invitation_id uuid,
      add column invitation_generation integer,
      add constraint sign_in_flows_invitation_set check ((invitation_id is null) = (invitation_generation is null))`.execute(
    db,
  )
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
