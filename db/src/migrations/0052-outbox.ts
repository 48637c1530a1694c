import { type Kysely, sql } from 'kysely'

/**
 * Events wait for their position in a table of their own. One that gets it in place is written twice, each time with every
 * index there is; now it is put down with one index, and written where it is read with its position, once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await outbox(db)
  await events(db)
  await readers(db)
}

async function outbox(db: Kysely<unknown>): Promise<void> {
  // No foreign key: one look at the workspace per statement, where events are written, keeps what it would.
  await sql`
    create table outbox (
      id bigint generated always as identity primary key,
      workspace_id uuid not null,
      type text not null,
      member_id uuid,
      payload jsonb not null,
      request_id text not null,
      occurred_at timestamptz not null default now()
    )`.execute(db)
  await sql`alter table outbox enable row level security`.execute(db)
  await sql`
    create policy workspace on outbox
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
  await sql`
    with waiting as (delete from events where position is null returning *)
    insert into outbox (workspace_id, type, member_id, payload, request_id, occurred_at)
    select workspace_id, type, member_id, payload, request_id, occurred_at from waiting order by id`.execute(
    db,
  )
  // Ids are taken before the commit and so become visible out of order; positions are given after it, by one
  // session at a time. An event of a member is inserted under that member's row lock, so order by id is right for it.
  await sql`
    create or replace function sequence_events(batch integer) returns setof uuid
    language plpgsql volatile security definer set search_path = public, pg_temp as $$
    begin
      perform pg_advisory_xact_lock(7310042158);
      return query
        with taken as (
          delete from outbox o where o.id = any(array(select w.id from outbox w order by w.id limit batch))
          returning o.*
        ), placed as (
          insert into events (position, workspace_id, type, member_id, payload, request_id, occurred_at)
          select nextval('events_position'), t.workspace_id, t.type, t.member_id, t.payload, t.request_id, t.occurred_at
          from (select * from taken order by id) t
          returning workspace_id as changed
        )
        select distinct p.changed from placed p;
    end $$`.execute(db)
}

async function events(db: Kysely<unknown>): Promise<void> {
  await sql`drop index events_unsequenced`.execute(db)
  await sql`drop index events_by_time`.execute(db)
  await sql`
    alter table events
      drop constraint events_workspace_id_fkey,
      drop column id,
      alter column position set not null`.execute(db)
  // They lie on the disk in the order of time: the few bytes of a block range tell where a moment is.
  await sql`create index events_by_time on events using brin (occurred_at)`.execute(db)
}

async function readers(db: Kysely<unknown>): Promise<void> {
  // Not ordered by the position itself: its index would be walked to the end where nothing is old.
  await sql`
    create or replace function sweep_events(batch integer) returns integer
    language sql volatile security definer set search_path = public, pg_temp as $$
      with old as materialized (
        select due.position from workspaces w cross join lateral (
          select e.position from events e
          where e.workspace_id = w.id and e.occurred_at < now()
            - make_interval(days => (w.policies->'retention'->>'eventDays')::integer)
          order by e.position + 0 limit batch for update skip locked
        ) due limit batch
      ), gone as (
        delete from events e using old where e.position = old.position returning 1
      )
      select count(*)::integer from gone $$`.execute(db)
  // Likewise: it would be walked from the beginning to the moment.
  await sql`
    create or replace function replay_webhooks(endpoint uuid, since timestamptz) returns integer
    language sql volatile security definer set search_path = public, pg_temp as $$
      with moved as (
        update event_cursors c
        set position = first.position - 1, leased_until = now(), failures = 0, failing_since = null
        from workspaces w
        cross join lateral (
          select min(v.position + 0) as position from events v where v.workspace_id = w.id and v.occurred_at >= since
        ) first
        where c.workspace_id = w.id and c.consumer = 'webhook:' || endpoint and first.position <= c.position
        returning 1
      )
      select count(*)::integer from moved
    $$`.execute(db)
}
