import { type Kysely, sql } from 'kysely'

/** Audit entries in a chain of hashes per workspace, and a host's events of all its workspaces in one order. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await chain(db)
  await sweep(db)
  await hostEvents(db)
}

async function chain(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table audit_entries
      add column position bigint,
      add column chain_hash bytea,
      add constraint audit_entries_sealed check ((position is null) = (chain_hash is null))`.execute(
    db,
  )
  await sql`create unique index audit_entries_by_position on audit_entries (workspace_id, position) where position is not null`.execute(
    db,
  )
  await sql`create index audit_entries_unsealed on audit_entries (workspace_id, id) where position is null`.execute(
    db,
  )
  await sql`
    create table audit_chains (
      workspace_id uuid primary key references workspaces on delete cascade,
      position bigint not null default 0,
      hash bytea not null,
      sealed_at timestamptz not null default now(),
      start_position bigint not null default 0,
      start_hash bytea not null
    )`.execute(db)
  await sql`alter table audit_chains enable row level security`.execute(db)
  await sql`
    create policy workspace on audit_chains
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
  // What claims to be from before the last sealing, by more than a transaction takes, was put in behind our back:
  // it is never sealed, and a verification tells of it.
  await sql`
    create function due_audit_chains(late_seconds integer, batch integer) returns setof uuid
    language sql stable security definer set search_path = public, pg_temp as $$
      select distinct u.workspace_id from (
        select a.workspace_id, a.occurred_at from audit_entries a where a.position is null limit batch
      ) u
      left join audit_chains c on c.workspace_id = u.workspace_id
      where c.sealed_at is null or u.occurred_at > c.sealed_at - make_interval(secs => late_seconds)
    $$`.execute(db)
}

/** From the start of the chain only, which then begins later: what is missing anywhere else was taken out. */
async function sweep(db: Kysely<unknown>): Promise<void> {
  await sql`drop function sweep_audit_entries(integer)`.execute(db)
  await sql`
    create function sweep_audit_entries(batch integer) returns integer
    language plpgsql volatile security definer set search_path = public, pg_temp as $$
    declare
      gone integer := 0;
      swept integer;
      chain record;
    begin
      with old as materialized (
        select due.workspace_id, due.id from workspaces w cross join lateral (
          select a.workspace_id, a.id from audit_entries a
          where a.workspace_id = w.id and a.position is null and a.occurred_at < now()
            - make_interval(days => (w.policies->'retention'->>'auditDays')::integer)
          order by a.occurred_at limit batch for update skip locked
        ) due limit batch
      ), deleted as (
        delete from audit_entries a using old where a.workspace_id = old.workspace_id and a.id = old.id returning 1
      )
      select count(*) into gone from deleted;
      for chain in
        select c.workspace_id, first.position as first_position,
          now() - make_interval(days => (w.policies->'retention'->>'auditDays')::integer) as boundary
        from audit_chains c
        join workspaces w on w.id = c.workspace_id
        cross join lateral (
          select a.position, a.occurred_at from audit_entries a
          where a.workspace_id = c.workspace_id and a.position is not null order by a.position limit 1
        ) first
        where first.occurred_at < now() - make_interval(days => (w.policies->'retention'->>'auditDays')::integer)
        for update of c skip locked
      loop
        exit when gone >= batch;
        with oldest as materialized (
          select a.id, a.position, a.chain_hash,
            bool_and(a.occurred_at < chain.boundary) over (order by a.position) as is_old
          from (
            select * from audit_entries e where e.workspace_id = chain.workspace_id and e.position is not null
            order by e.position limit batch - gone
          ) a
        ), deleted as (
          delete from audit_entries a using oldest l
          where a.workspace_id = chain.workspace_id and a.id = l.id and l.is_old
          returning l.position, l.chain_hash
        ), moved as (
          update audit_chains c set start_position = d.position, start_hash = d.chain_hash
          from (select position, chain_hash from deleted order by position desc limit 1) d
          where c.workspace_id = chain.workspace_id
        )
        select count(*) into swept from deleted;
        gone := gone + swept;
      end loop;
      return gone;
    end $$`.execute(db)
}

async function hostEvents(db: Kysely<unknown>): Promise<void> {
  // Positions are one order over all workspaces: a reader that has seen one has seen all before it.
  await sql`
    create function events_of_host(host uuid, workspace uuid, after bigint, hidden text[], wanted text[], batch integer)
    returns table (workspace_id uuid, slug text, event_position bigint, type text, member_id uuid, payload jsonb,
      request_id text, occurred_at timestamptz)
    language sql stable security definer set search_path = public, pg_temp as $$
      select w.id, w.slug, e.position, e.type, e.member_id, e.payload, e.request_id, e.occurred_at
      from workspaces w cross join lateral (
        select * from events v
        where v.workspace_id = w.id and v.position > after and not v.type = any(hidden)
          and (wanted is null or v.type = any(wanted))
        order by v.position limit batch
      ) e
      where w.host_id = host and (workspace is null or w.id = workspace)
      order by e.position limit batch
    $$`.execute(db)
  await sql`
    create function latest_event_position() returns bigint
    language sql stable security definer set search_path = public, pg_temp as
    $$ select coalesce(max(e.position), 0) from events e $$`.execute(db)
}
