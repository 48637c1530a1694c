import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sso_connections (
      workspace_id uuid not null references workspaces on delete cascade,
      id uuid not null,
      name text not null,
      kind text not null,
      state text not null,
      issuer text not null,
      client_id text not null,
      sealed_client_secret text not null,
      id_token_algorithm text not null,
      binding_claim text not null,
      binding_attribute text not null,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      constraint sso_connections_id_unique unique (id),
      constraint sso_connections_kind_known check (kind in ('oidc')),
      constraint sso_connections_state_known check (state in ('draft', 'active', 'disabled')),
      constraint sso_connections_binding_attribute_known check (binding_attribute in ('externalId', 'userName', 'id'))
    )`.execute(db)
  await sql`
    create table sign_in_flows (
      workspace_id uuid not null,
      id uuid not null,
      connection_id uuid not null,
      cookie_hash bytea not null,
      nonce text not null,
      sealed_code_verifier text not null,
      return_to text not null,
      state text not null,
      sso_profile jsonb,
      expires_at timestamptz not null,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      constraint sign_in_flows_id_unique unique (id),
      foreign key (workspace_id, connection_id) references sso_connections (workspace_id, id) on delete cascade,
      constraint sign_in_flows_state_known check (state in ('started', 'redeeming', 'verified')),
      constraint sign_in_flows_profile_set check ((state = 'verified') = (sso_profile is not null))
    )`.execute(db)
  await sql`create index sign_in_flows_by_expiry on sign_in_flows (expires_at)`.execute(db)
  await sql`
    create table sso_links (
      workspace_id uuid not null,
      connection_id uuid not null,
      issuer text not null,
      subject text not null,
      member_id uuid not null,
      created_at timestamptz not null default now(),
      primary key (workspace_id, connection_id, issuer, subject),
      foreign key (workspace_id, connection_id) references sso_connections (workspace_id, id) on delete cascade,
      foreign key (workspace_id, member_id) references members (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index sso_links_by_member on sso_links (workspace_id, member_id)`.execute(db)
  await sql`
    create table sessions (
      workspace_id uuid not null,
      id_hash bytea not null,
      member_id uuid not null,
      connection_id uuid,
      data jsonb not null,
      created_at timestamptz not null default now(),
      last_seen_at timestamptz not null,
      idle_expires_at timestamptz not null,
      absolute_expires_at timestamptz not null,
      primary key (workspace_id, id_hash),
      constraint sessions_id_hash_unique unique (id_hash),
      foreign key (workspace_id, member_id) references members (workspace_id, id) on delete cascade,
      foreign key (workspace_id, connection_id) references sso_connections (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index sessions_by_member on sessions (workspace_id, member_id)`.execute(db)
  await sql`create index sessions_by_expiry on sessions (absolute_expires_at)`.execute(db)
  await sql`
    create table provider_artifacts (
      model text not null,
      id_hash bytea not null,
      payload jsonb not null,
      uid_hash bytea,
      grant_id_hash bytea,
      account_id uuid,
      consumed_at timestamptz,
      expires_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (model, id_hash)
    )`.execute(db)
  await sql`create index provider_artifacts_by_uid on provider_artifacts (uid_hash) where uid_hash is not null`.execute(
    db,
  )
  await sql`create index provider_artifacts_by_grant on provider_artifacts (grant_id_hash) where grant_id_hash is not null`.execute(
    db,
  )
  await sql`create index provider_artifacts_by_account on provider_artifacts (account_id, model) where account_id is not null`.execute(
    db,
  )
  await sql`create index provider_artifacts_by_expiry on provider_artifacts (expires_at) where expires_at is not null`.execute(
    db,
  )
  await sql`
    create table signing_keys (
      id text primary key,
      algorithm text not null,
      public_jwk jsonb not null,
      sealed_private_jwk text not null,
      created_at timestamptz not null default now(),
      retired_at timestamptz,
      constraint signing_keys_algorithm_known check (algorithm in ('ES256', 'RS256'))
    )`.execute(db)
  // Replicas that start together make one current key per algorithm, not one each.
  await sql`create unique index signing_keys_one_current on signing_keys (algorithm) where retired_at is null`.execute(
    db,
  )
}
