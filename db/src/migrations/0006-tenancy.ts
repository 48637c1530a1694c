import { type Kysely, sql } from 'kysely'

/** Tables that name a workspace but are read before one is known, or across workspaces by the installation itself. */
const withoutPolicy = new Set(['captured_mails'])

export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ table_name: string }>`
    select c.table_name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = current_schema() and c.column_name = 'workspace_id' and t.table_type = 'BASE TABLE'
    order by c.table_name`.execute(db)
  for (const { table_name } of rows) {
    if (withoutPolicy.has(table_name)) continue
    const table = sql.table(table_name)
    // ENABLE without FORCE: under FORCE the owner's look-up functions below would lose their indexes.
    await sql`alter table ${table} enable row level security`.execute(db)
    await sql`
      create policy workspace on ${table}
        using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
        with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
      db,
    )
  }
  await lookUps(db)
  await searches(db)
  await outbox(db)
}

/** Exact keys in, ids out: the only way to find a workspace before one is set. */
async function lookUps(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function find_scim_token(hash bytea)
    returns table (workspace_id uuid, connection_id uuid, token_id uuid)
    language sql stable security definer set search_path = public, pg_temp as
    $$ select t.workspace_id, t.connection_id, t.id from scim_tokens t where t.token_hash = hash $$`.execute(
    db,
  )
  await sql`
    create function find_scim_connection(connection uuid) returns uuid
    language sql stable security definer set search_path = public, pg_temp as
    $$ select c.workspace_id from scim_connections c where c.id = connection $$`.execute(db)
  await sql`
    create function find_sso_connection(connection uuid) returns uuid
    language sql stable security definer set search_path = public, pg_temp as
    $$ select c.workspace_id from sso_connections c where c.id = connection $$`.execute(db)
  await sql`
    create function find_sign_in_flow(flow uuid) returns uuid
    language sql stable security definer set search_path = public, pg_temp as
    $$ select f.workspace_id from sign_in_flows f where f.id = flow $$`.execute(db)
  await sql`
    create function find_session(hash bytea) returns uuid
    language sql stable security definer set search_path = public, pg_temp as
    $$ select s.workspace_id from sessions s where s.id_hash = hash $$`.execute(db)
  await sql`create index members_by_id on members (id)`.execute(db)
  await sql`
    create function find_member(member uuid) returns uuid
    language sql stable security definer set search_path = public, pg_temp as
    $$ select m.workspace_id from members m where m.id = member $$`.execute(db)
}

async function searches(db: Kysely<unknown>): Promise<void> {
  // LIKE is not leakproof: under a policy the planner would not use the trigram index.
  await sql`
    create function search_member_ids(pattern text) returns setof uuid
    language sql stable security definer set search_path = public, pg_temp as
    $$ select m.id from members m
       where m.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
         and m.state <> 'removed' and m.search_key like pattern $$`.execute(db)
}

async function outbox(db: Kysely<unknown>): Promise<void> {
  // Ids are taken before the commit and so become visible out of order; positions are given after it, by one
  // session at a time. An event of a member is inserted under that member's row lock, so order by id is right for it.
  await sql`
    create function sequence_events(batch integer) returns setof uuid
    language plpgsql volatile security definer set search_path = public, pg_temp as $$
    begin
      perform pg_advisory_xact_lock(7310042158);
      return query
        with pending as materialized (
          select e.id from events e where e.position is null order by e.id limit batch
        ), numbered as materialized (
          select p.id, nextval('events_position') as next_position from (select id from pending order by id) p
        ), updated as (
          update events e set position = n.next_position from numbered n where e.id = n.id
          returning e.workspace_id as changed
        )
        select distinct u.changed from updated u;
    end $$`.execute(db)
  // Whoever waited longest comes first, and no host more often than another.
  await sql`
    create function due_workspaces(reader text, host uuid, per_host integer)
    returns table (workspace_id uuid, host_id uuid)
    language sql stable security definer set search_path = public, pg_temp as $$
      select due.id, due.host_id from (
        select w.id, w.host_id,
          row_number() over (partition by w.host_id order by c.leased_until nulls first, w.id) as turn
        from workspaces w
        left join event_cursors c on c.workspace_id = w.id and c.consumer = reader
        where (host is null or w.host_id = host)
          and (c.leased_until is null or c.leased_until <= now())
          and exists (select 1 from events e where e.workspace_id = w.id and e.position > coalesce(c.position, 0))
      ) due
      where due.turn <= per_host
      order by due.turn
    $$`.execute(db)
}
