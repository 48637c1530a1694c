import { type Kysely, sql } from 'kysely'

/** SSO connections that speak SAML, and what must be remembered of their answers. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await connections(db)
  await certificates(db)
  await answers(db)
}

async function connections(db: Kysely<unknown>): Promise<void> {
  await sql`alter table sso_connections drop constraint sso_connections_kind_known`.execute(db)
  await sql`
    alter table sso_connections
      alter column client_id drop not null,
      alter column sealed_client_secret drop not null,
      alter column id_token_algorithm drop not null,
      add constraint sso_connections_kind_known check (kind in ('oidc', 'saml')),
      add constraint sso_connections_client_set check (
        num_nonnulls(client_id, sealed_client_secret, id_token_algorithm) = case kind when 'oidc' then 3 else 0 end)`.execute(
    db,
  )
  await sql`
    create table saml_settings (
      workspace_id uuid not null,
      connection_id uuid not null,
      sign_on_url text not null,
      sign_on_binding text not null,
      metadata_url text,
      metadata_read_at timestamptz not null default now(),
      metadata_due_at timestamptz,
      primary key (workspace_id, connection_id),
      foreign key (workspace_id, connection_id) references sso_connections (workspace_id, id) on delete cascade,
      constraint saml_settings_binding_known check (sign_on_binding in ('redirect', 'post')),
      constraint saml_settings_due_if_published check ((metadata_url is null) = (metadata_due_at is null))
    )`.execute(db)
  await sql`create index saml_settings_due on saml_settings (metadata_due_at) where metadata_due_at is not null`.execute(
    db,
  )
  await protect(db, 'saml_settings')
  await sql`
    create function due_saml_metadata(batch integer)
    returns table (workspace_id uuid, connection_id uuid)
    language sql stable security definer set search_path = public, pg_temp as $$
      select s.workspace_id, s.connection_id from saml_settings s
      join workspaces w on w.id = s.workspace_id
      where s.metadata_due_at <= now() and w.deleted_at is null
      order by s.metadata_due_at limit batch $$`.execute(db)
}

async function certificates(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table saml_idp_certificates (
      workspace_id uuid not null,
      connection_id uuid not null,
      fingerprint text not null,
      certificate text not null,
      expires_at timestamptz not null,
      added_at timestamptz not null default now(),
      primary key (workspace_id, connection_id, fingerprint),
      foreign key (workspace_id, connection_id) references sso_connections (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`
    create table saml_keys (
      workspace_id uuid not null,
      connection_id uuid not null,
      id uuid not null,
      state text not null,
      certificate text not null,
      sealed_private_key text not null,
      expires_at timestamptz not null,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      foreign key (workspace_id, connection_id) references sso_connections (workspace_id, id) on delete cascade,
      constraint saml_keys_state_known check (state in ('next', 'current', 'previous'))
    )`.execute(db)
  // One of each: two of a kind would be two answers to which key signs.
  await sql`create unique index saml_keys_one_of_each on saml_keys (workspace_id, connection_id, state)`.execute(
    db,
  )
  await protect(db, 'saml_idp_certificates')
  await protect(db, 'saml_keys')
}

async function answers(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table sign_in_flows
      alter column nonce drop not null,
      alter column sealed_code_verifier drop not null,
      add column request_id text,
      add constraint sign_in_flows_one_protocol check (
        num_nonnulls(nonce, sealed_code_verifier) = case when request_id is null then 2 else 0 end)`.execute(
    db,
  )
  await sql`create unique index sign_in_flows_by_request on sign_in_flows (workspace_id, request_id) where request_id is not null`.execute(
    db,
  )
  await sql`
    create table saml_seen_assertions (
      workspace_id uuid not null,
      connection_id uuid not null,
      assertion_hash bytea not null,
      expires_at timestamptz not null,
      constraint saml_seen_assertions_once primary key (workspace_id, connection_id, assertion_hash),
      foreign key (workspace_id, connection_id) references sso_connections (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index saml_seen_assertions_by_expiry on saml_seen_assertions (workspace_id, connection_id, expires_at)`.execute(
    db,
  )
  await protect(db, 'saml_seen_assertions')
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
