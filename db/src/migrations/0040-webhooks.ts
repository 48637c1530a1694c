import { type Kysely, sql } from 'kysely'

/** Webhook endpoints of one workspace, with filters and two secrets; and what became of each delivery. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await endpoints(db)
  await deliveries(db)
  await turns(db)
  await retention(db)
}

async function endpoints(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table webhook_endpoints
      add column workspace_id uuid references workspaces on delete cascade,
      add column description text not null default '',
      add column event_types text[],
      add column starts_at timestamptz,
      add column disabled_at timestamptz,
      add column former_sealed_secret text,
      add column former_secret_ends_at timestamptz`.execute(db)
  await sql`update webhook_endpoints set starts_at = created_at`.execute(db)
  await sql`alter table webhook_endpoints alter column starts_at set not null`.execute(db)
  await sql`alter table webhook_endpoints alter column starts_at set default now()`.execute(db)
  await sql`alter table webhook_endpoints drop constraint webhook_endpoints_url_unique`.execute(db)
  await sql`
    alter table webhook_endpoints add constraint webhook_endpoints_url_unique
      unique nulls not distinct (host_id, workspace_id, url)`.execute(db)
  await sql`create index webhook_endpoints_by_workspace on webhook_endpoints (workspace_id) where workspace_id is not null`.execute(
    db,
  )
}

async function deliveries(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table webhook_deliveries (
      workspace_id uuid not null references workspaces on delete cascade,
      endpoint_id uuid not null references webhook_endpoints on delete cascade,
      position bigint not null references events (position) on delete cascade,
      id uuid not null,
      event_type text not null,
      member_id uuid,
      state text not null,
      attempts integer not null default 0,
      due_at timestamptz,
      failing_since timestamptz,
      attempted_at timestamptz,
      status integer,
      error text,
      duration_ms integer,
      created_at timestamptz not null default now(),
      primary key (workspace_id, endpoint_id, position),
      constraint webhook_deliveries_state_known check (state in ('delivered', 'retrying', 'dead')),
      constraint webhook_deliveries_due check ((state = 'retrying') = (due_at is not null))
    )`.execute(db)
  await sql`create index webhook_deliveries_by_endpoint on webhook_deliveries (endpoint_id, id)`.execute(
    db,
  )
  await sql`
    create index webhook_deliveries_open on webhook_deliveries (workspace_id, endpoint_id, position)
    include (due_at, member_id) where state = 'retrying'`.execute(db)
  await sql`create index webhook_deliveries_dead on webhook_deliveries (endpoint_id, id) where state = 'dead'`.execute(
    db,
  )
  await sql`create index webhook_deliveries_by_position on webhook_deliveries (position)`.execute(
    db,
  )
  await sql`create index webhook_deliveries_by_time on webhook_deliveries (workspace_id, created_at)`.execute(
    db,
  )
  await sql`alter table webhook_deliveries enable row level security`.execute(db)
  await sql`
    create policy workspace on webhook_deliveries
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
  await sql`alter table event_cursors add column failing_since timestamptz`.execute(db)
}

async function turns(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function due_webhooks(per_endpoint integer)
    returns table (endpoint_id uuid, workspace_id uuid, host_id uuid)
    language sql stable security definer set search_path = public, pg_temp as $$
      select due.endpoint_id, due.workspace_id, due.host_id from (
        select e.id as endpoint_id, w.id as workspace_id, w.host_id,
          row_number() over (partition by e.id order by c.leased_until nulls first, w.id) as turn
        from webhook_endpoints e
        join workspaces w on w.host_id = e.host_id and (e.workspace_id is null or e.workspace_id = w.id)
        left join event_cursors c on c.workspace_id = w.id and c.consumer = 'webhook:' || e.id
        where e.disabled_at is null
          and (c.leased_until is null or c.leased_until <= now())
          and (
            exists (select from events v where v.workspace_id = w.id and v.position > coalesce(c.position, 0))
            or exists (
              select from webhook_deliveries d
              where d.workspace_id = w.id and d.endpoint_id = e.id and d.state = 'retrying'
                and d.position <= c.position and d.due_at <= now()))
      ) due
      where due.turn <= per_endpoint
      order by due.turn
    $$`.execute(db)
  // The log of an endpoint goes over all workspaces of its host; whose endpoint it is was looked at before.
  await sql`
    create function deliveries_of_endpoint(endpoint uuid, wanted text, workspace uuid, before uuid, batch integer)
    returns setof webhook_deliveries
    language sql stable security definer set search_path = public, pg_temp as $$
      select d.* from webhook_deliveries d
      where d.endpoint_id = endpoint and (wanted is null or d.state = wanted)
        and (workspace is null or d.workspace_id = workspace) and (before is null or d.id < before)
      order by d.id desc limit batch
    $$`.execute(db)
  await sql`
    create function webhook_health(endpoint uuid)
    returns table (retrying bigint, dead bigint, failing_since timestamptz, delivered_at timestamptz)
    language sql stable security definer set search_path = public, pg_temp as $$
      select
        (select count(*) from webhook_deliveries d where d.endpoint_id = endpoint and d.state = 'retrying'),
        (select count(*) from webhook_deliveries d where d.endpoint_id = endpoint and d.state = 'dead'),
        (select min(c.failing_since) from event_cursors c where c.consumer = 'webhook:' || endpoint),
        (select d.attempted_at from webhook_deliveries d where d.endpoint_id = endpoint and d.state = 'delivered'
          order by d.id desc limit 1)
    $$`.execute(db)
  await sql`
    create function replay_webhooks(endpoint uuid, since timestamptz) returns integer
    language sql volatile security definer set search_path = public, pg_temp as $$
      with moved as (
        update event_cursors c
        set position = first.position - 1, leased_until = now(), failures = 0, failing_since = null
        from workspaces w
        cross join lateral (
          select min(v.position) as position from events v where v.workspace_id = w.id and v.occurred_at >= since
        ) first
        where c.workspace_id = w.id and c.consumer = 'webhook:' || endpoint and first.position <= c.position
        returning 1
      )
      select count(*)::integer from moved
    $$`.execute(db)
  await sql`
    create function retry_dead_webhooks(endpoint uuid) returns integer
    language sql volatile security definer set search_path = public, pg_temp as $$
      with retried as (
        update webhook_deliveries d set state = 'retrying', due_at = now(), failing_since = null
        where d.endpoint_id = endpoint and d.state = 'dead' returning 1
      ), waiting as (
        -- Those of the same people go on together, or a later event would overtake.
        update webhook_deliveries d set due_at = now() where d.endpoint_id = endpoint and d.state = 'retrying'
      )
      select count(*)::integer from retried
    $$`.execute(db)
  await sql`
    create function forget_consumer(reader text) returns void
    language sql volatile security definer set search_path = public, pg_temp as
    $$ delete from event_cursors where consumer = reader $$`.execute(db)
  await sql`create index event_cursors_by_consumer on event_cursors (consumer)`.execute(db)
}

async function retention(db: Kysely<unknown>): Promise<void> {
  await sql`
    update workspaces set policies = jsonb_set(policies, '{retention,webhookDeliveryDays}', '30')
    where policies->'retention'->'webhookDeliveryDays' is null`.execute(db)
  await sql`
    create function sweep_webhook_deliveries(batch integer) returns integer
    language sql volatile security definer set search_path = public, pg_temp as $$
      with old as materialized (
        select due.* from workspaces w cross join lateral (
          select d.workspace_id, d.endpoint_id, d.position from webhook_deliveries d
          where d.workspace_id = w.id and d.state <> 'retrying' and d.created_at < now()
            - make_interval(days => (w.policies->'retention'->>'webhookDeliveryDays')::integer)
          order by d.created_at limit batch for update skip locked
        ) due limit batch
      ), gone as (
        delete from webhook_deliveries d using old
        where d.workspace_id = old.workspace_id and d.endpoint_id = old.endpoint_id and d.position = old.position
        returning 1
      )
      select count(*)::integer from gone
    $$`.execute(db)
}
