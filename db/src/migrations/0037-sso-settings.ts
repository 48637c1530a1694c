import { type Kysely, sql } from 'kysely'

/** What a workspace's admins settle about sign-in: pausing, provisioning, logout, domains, recovery codes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await connections(db)
  await sessions(db)
  await domains(db)
  await recoveryCodes(db)
}

async function connections(db: Kysely<unknown>): Promise<void> {
  await sql`alter table sso_connections drop constraint sso_connections_state_known`.execute(db)
  await sql`update sso_connections set state = 'paused' where state = 'disabled'`.execute(db)
  await sql`
    alter table sso_connections
      add column provisioning jsonb,
      add column events_issuer text,
      add column events_jwks_url text,
      add constraint sso_connections_state_known check (state in ('draft', 'active', 'paused')),
      add constraint sso_connections_events_set check ((events_issuer is null) = (events_jwks_url is null))`.execute(
    db,
  )
  await sql`
    alter table saml_settings
      add column logout_url text,
      add column logout_binding text,
      add column single_logout boolean not null default false,
      add constraint saml_settings_logout_set check ((logout_url is null) = (logout_binding is null)),
      add constraint saml_settings_logout_binding_known check (logout_binding in ('redirect', 'post')),
      add constraint saml_settings_logout_somewhere check (logout_url is not null or not single_logout)`.execute(
    db,
  )
}

async function sessions(db: Kysely<unknown>): Promise<void> {
  // What the identity provider calls the person and the session: what it ends names them.
  await sql`
    alter table sessions
      add column sso_subject text,
      add column sso_name_format text,
      add column sso_session text`.execute(db)
  await sql`
    create table sso_logouts (
      workspace_id uuid not null,
      request_id text not null,
      connection_id uuid not null,
      return_to text not null,
      expires_at timestamptz not null,
      primary key (workspace_id, request_id),
      foreign key (workspace_id, connection_id) references sso_connections (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index sso_logouts_by_expiry on sso_logouts (workspace_id, expires_at)`.execute(
    db,
  )
  await protect(db, 'sso_logouts')
}

async function domains(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table workspace_domains (
      workspace_id uuid not null references workspaces on delete cascade,
      domain text not null,
      token text not null,
      verified_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (workspace_id, domain),
      constraint workspace_domains_lower_case check (domain = lower(domain))
    )`.execute(db)
  await sql`create index workspace_domains_verified on workspace_domains (domain) where verified_at is not null`.execute(
    db,
  )
  await protect(db, 'workspace_domains')
  await sql`
    create function find_workspaces_of_domain(host uuid, mail_domain text) returns setof uuid
    language sql stable security definer set search_path = public, pg_temp as $$
      select d.workspace_id from workspace_domains d join workspaces w on w.id = d.workspace_id
      where d.domain = mail_domain and d.verified_at is not null and w.host_id = host and w.deleted_at is null $$`.execute(
    db,
  )
}

async function recoveryCodes(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table recovery_codes (
      workspace_id uuid not null,
      member_id uuid not null,
      selector text not null,
      hash text not null,
      used_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (workspace_id, member_id, selector),
      constraint recovery_codes_member_exists foreign key (workspace_id, member_id)
        references members (workspace_id, id) on delete cascade
    )`.execute(db)
  await protect(db, 'recovery_codes')
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
