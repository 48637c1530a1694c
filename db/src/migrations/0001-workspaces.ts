import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create extension if not exists pg_trgm`.execute(db)
  await sql`
    create table hosts (
      id uuid primary key,
      name text not null,
      allowed_origins text[] not null default '{}',
      created_at timestamptz not null default now(),
      constraint hosts_name_unique unique (name)
    )`.execute(db)
  await sql`
    create table host_keys (
      id uuid primary key,
      host_id uuid not null references hosts on delete cascade,
      name text not null,
      key_hash bytea not null,
      expires_at timestamptz,
      revoked_at timestamptz,
      last_used_at timestamptz,
      created_at timestamptz not null default now(),
      constraint host_keys_key_hash_unique unique (key_hash)
    )`.execute(db)
  await sql`create index host_keys_by_host on host_keys (host_id)`.execute(db)
  await sql`
    create table host_clients (
      id text primary key,
      host_id uuid not null references hosts on delete cascade,
      name text not null,
      sealed_secret text not null,
      redirect_uris text[] not null,
      post_logout_redirect_uris text[] not null default '{}',
      backchannel_logout_uri text,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index host_clients_by_host on host_clients (host_id)`.execute(db)
  await sql`
    create table webhook_endpoints (
      id uuid primary key,
      host_id uuid not null references hosts on delete cascade,
      url text not null,
      sealed_secret text not null,
      created_at timestamptz not null default now(),
      constraint webhook_endpoints_url_unique unique (host_id, url)
    )`.execute(db)
  await sql`
    create table workspaces (
      id uuid primary key,
      host_id uuid not null references hosts on delete cascade,
      slug text not null,
      name text not null,
      preset text not null,
      locale text not null,
      time_zone text not null,
      seats integer,
      policies jsonb not null,
      rules_version bigint not null default 1,
      created_at timestamptz not null default now(),
      constraint workspaces_slug_unique unique (host_id, slug),
      constraint workspaces_slug_shape check (slug ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'),
      constraint workspaces_seats_positive check (seats > 0)
    )`.execute(db)
}
