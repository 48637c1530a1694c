import { type Kysely, sql } from 'kysely'

/** How SCIM clients prove who they are, and how much they may ask. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await credentials(db)
  await tokens(db)
  await rateLimit(db)
  await requestLog(db)
}

async function credentials(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table scim_client_secrets (
      workspace_id uuid not null,
      connection_id uuid not null,
      id uuid not null,
      secret_hash bytea not null,
      expires_at timestamptz not null,
      last_used_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      foreign key (workspace_id, connection_id) references scim_connections (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index scim_client_secrets_by_connection on scim_client_secrets (workspace_id, connection_id)`.execute(
    db,
  )
  await sql`
    create table scim_client_trusts (
      workspace_id uuid not null,
      connection_id uuid not null,
      id uuid not null,
      kind text not null,
      issuer text not null,
      subject text not null,
      audience text,
      directory_tenant text,
      jwks jsonb,
      jwks_url text,
      last_used_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      foreign key (workspace_id, connection_id) references scim_connections (workspace_id, id) on delete cascade,
      constraint scim_client_trusts_kind_known check (kind in ('private_key_jwt', 'workload_identity')),
      constraint scim_client_trusts_one_key_source check ((jwks is null) <> (jwks_url is null)),
      constraint scim_client_trusts_audience_set check ((kind = 'workload_identity') = (audience is not null))
    )`.execute(db)
  await sql`create index scim_client_trusts_by_connection on scim_client_trusts (workspace_id, connection_id)`.execute(
    db,
  )
  await protect(db, 'scim_client_secrets')
  await protect(db, 'scim_client_trusts')
}

async function tokens(db: Kysely<unknown>): Promise<void> {
  // Access tokens go with the credential that they were issued for.
  await sql`
    alter table scim_tokens
      add column kind text not null default 'static',
      add column scope text not null default 'full',
      add column allowed_networks text[] not null default '{}',
      add column last_used_from text,
      add column secret_id uuid,
      add column trust_id uuid,
      add constraint scim_tokens_kind_known check (kind in ('static', 'access')),
      add constraint scim_tokens_scope_known check (scope in ('full', 'read')),
      add constraint scim_tokens_one_origin check (num_nonnulls(secret_id, trust_id) = (kind = 'access')::integer),
      add constraint scim_tokens_secret_exists foreign key (workspace_id, secret_id)
        references scim_client_secrets (workspace_id, id) on delete cascade,
      add constraint scim_tokens_trust_exists foreign key (workspace_id, trust_id)
        references scim_client_trusts (workspace_id, id) on delete cascade`.execute(db)
  await sql`create index scim_tokens_by_secret on scim_tokens (workspace_id, secret_id) where secret_id is not null`.execute(
    db,
  )
  await sql`create index scim_tokens_by_trust on scim_tokens (workspace_id, trust_id) where trust_id is not null`.execute(
    db,
  )
}

async function rateLimit(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table scim_connections
      add column requests_per_minute integer not null default 3000,
      add column request_burst integer not null default 200,
      add constraint scim_connections_rate_positive check (requests_per_minute > 0 and request_burst > 0)`.execute(
    db,
  )
  // Of whatever is limited, by its id; one that has long been full again may be deleted.
  await sql`
    create table rate_buckets (
      id uuid primary key,
      available double precision not null,
      filled_at timestamptz not null
    ) with (fillfactor = 50)`.execute(db)
  // A replica takes what its waiting requests need and, while the bucket is rich, an eighth of it for the next
  // ones; what it didn't use comes back with its next call. The database's clock is the only one.
  await sql`
    create function lease_requests(bucket_id uuid, per_minute integer, burst integer, wanted integer, unused integer)
    returns table (granted integer, wait_ms integer, remaining integer)
    language plpgsql volatile security definer set search_path = public, pg_temp as $$
    declare
      bucket record;
      per_ms double precision := per_minute / 60000.0;
      filled double precision;
      moment timestamptz;
    begin
      insert into rate_buckets (id, available, filled_at) values (bucket_id, burst, clock_timestamp())
        on conflict do nothing;
      select b.available, b.filled_at into bucket from rate_buckets b where b.id = bucket_id for update;
      moment := greatest(clock_timestamp(), bucket.filled_at);
      filled := least(burst,
        bucket.available + unused + per_ms * 1000 * extract(epoch from moment - bucket.filled_at));
      granted := greatest(0, least(floor(filled), case when wanted = 0 then 0 else greatest(wanted, floor(filled / 8)) end));
      wait_ms := ceil(greatest(0, 1 - (filled - granted)) / per_ms);
      remaining := greatest(0, floor(filled - granted));
      update rate_buckets b set available = filled - granted, filled_at = moment where b.id = bucket_id;
      return next;
    end $$`.execute(db)
  await sql`
    create function lease_scim_requests(connection uuid, wanted integer, unused integer)
    returns table (granted integer, wait_ms integer, remaining integer)
    language sql volatile security definer set search_path = public, pg_temp as $$
      select leased.* from scim_connections c
      cross join lateral lease_requests(c.id, c.requests_per_minute, c.request_burst, wanted, unused) leased
      where c.id = connection $$`.execute(db)
}

async function requestLog(db: Kysely<unknown>): Promise<void> {
  await sql`create index scim_requests_by_time on scim_requests (occurred_at)`.execute(db)
  await sql`
    create function delete_old_scim_requests(before timestamptz, batch integer) returns integer
    language sql volatile security definer set search_path = public, pg_temp as $$
      with old as (
        select r.workspace_id, r.id from scim_requests r where r.occurred_at < before
        order by r.occurred_at limit batch for update skip locked
      ), gone as (
        delete from scim_requests r using old
        where r.workspace_id = old.workspace_id and r.id = old.id returning 1
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
