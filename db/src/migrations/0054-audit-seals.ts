import { type Kysely, sql } from 'kysely'

const ofWorkspace = sql`workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid`

/**
 * An entry's place in its chain in a table of its own: what was written is not written again, with every index there is,
 * to say where it stands.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await tables(db)
  await moveSeals(db)
  await functions(db)
}

async function tables(db: Kysely<unknown>): Promise<void> {
  // No foreign keys: an entry that was taken out must not take its seal along, which tells of it.
  await sql`
    create table audit_seals (
      workspace_id uuid not null,
      position bigint not null,
      entry_id uuid not null,
      chain_hash bytea not null,
      primary key (workspace_id, position),
      constraint audit_seals_entry_unique unique (workspace_id, entry_id)
    )`.execute(db)
  await sql`
    create table unsealed_audit_entries (
      workspace_id uuid not null,
      entry_id uuid not null,
      primary key (workspace_id, entry_id)
    )`.execute(db)
  for (const table of ['audit_seals', 'unsealed_audit_entries']) {
    await sql`alter table ${sql.table(table)} enable row level security`.execute(db)
    await sql`
      create policy workspace on ${sql.table(table)} using (${ofWorkspace}) with check (${ofWorkspace})`.execute(
      db,
    )
  }
}

async function moveSeals(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into audit_seals (workspace_id, position, entry_id, chain_hash)
    select workspace_id, position, id, chain_hash from audit_entries where position is not null`.execute(
    db,
  )
  await sql`
    insert into unsealed_audit_entries (workspace_id, entry_id)
    select workspace_id, id from audit_entries where position is null`.execute(db)
  await sql`
    alter table audit_entries
      drop constraint audit_entries_workspace_id_fkey,
      drop column position,
      drop column chain_hash`.execute(db)
  // They lie on the disk in the order of time: the few bytes of a block range tell where a moment is.
  await sql`drop index audit_entries_by_time`.execute(db)
  await sql`create index audit_entries_by_time on audit_entries using brin (occurred_at)`.execute(
    db,
  )
}

async function functions(db: Kysely<unknown>): Promise<void> {
  // What claims to be from before the last sealing, by more than a transaction takes, was put in behind our back:
  // it is never sealed, and a verification tells of it.
  await sql`
    create or replace function due_audit_chains(late_seconds integer, batch integer) returns setof uuid
    language sql stable security definer set search_path = public, pg_temp as $$
      with recursive waiting as (
        (select q.workspace_id from unsealed_audit_entries q order by q.workspace_id limit 1)
        union all
        select (select q.workspace_id from unsealed_audit_entries q where q.workspace_id > w.workspace_id
          order by q.workspace_id limit 1)
        from waiting w where w.workspace_id is not null
      )
      select w.workspace_id from waiting w
      left join audit_chains c on c.workspace_id = w.workspace_id
      where exists (
        select from unsealed_audit_entries q
        join audit_entries a on a.workspace_id = q.workspace_id and a.id = q.entry_id
        where q.workspace_id = w.workspace_id
          and (c.sealed_at is null or a.occurred_at > c.sealed_at - make_interval(secs => late_seconds)))
      limit batch
    $$`.execute(db)
  // From the start of the chain only, which then begins later: what is missing anywhere else was taken out. What has no
  // place in the chain goes when it is old, too.
  await sql`
    create or replace function sweep_audit_entries(batch integer) returns integer
    language plpgsql volatile security definer set search_path = public, pg_temp as $$
    declare
      gone integer := 0;
      swept integer;
      chain record;
    begin
      for chain in
        select c.workspace_id, now() - make_interval(days => (w.policies->'retention'->>'auditDays')::integer) as boundary
        from audit_chains c
        join workspaces w on w.id = c.workspace_id
        cross join lateral (
          select a.occurred_at from audit_seals s
          join audit_entries a on a.workspace_id = s.workspace_id and a.id = s.entry_id
          where s.workspace_id = c.workspace_id order by s.position limit 1
        ) first
        where first.occurred_at < now() - make_interval(days => (w.policies->'retention'->>'auditDays')::integer)
        for update of c skip locked
      loop
        exit when gone >= batch;
        with oldest as materialized (
          select s.position, s.entry_id, s.chain_hash, a.id is not null as is_there,
            bool_and(a.id is null or a.occurred_at < chain.boundary) over (order by s.position) as is_old
          from (
            select * from audit_seals f where f.workspace_id = chain.workspace_id
            order by f.position limit batch - gone
          ) s
          left join audit_entries a on a.workspace_id = s.workspace_id and a.id = s.entry_id
        ), last as (
          -- What was taken out has no time of its own: its seal goes with the next entry that is old.
          select l.position, l.chain_hash from oldest l where l.is_old and l.is_there order by l.position desc limit 1
        ), unsealed as (
          delete from audit_seals s using last l where s.workspace_id = chain.workspace_id and s.position <= l.position
        ), deleted as (
          delete from audit_entries a using oldest o, last l
          where a.workspace_id = chain.workspace_id and a.id = o.entry_id and o.position <= l.position
          returning 1
        ), moved as (
          update audit_chains c set start_position = l.position, start_hash = l.chain_hash from last l
          where c.workspace_id = chain.workspace_id
        )
        select count(*) into swept from deleted;
        gone := gone + swept;
      end loop;
      if gone < batch then
        with old as materialized (
          select due.workspace_id, due.id from workspaces w cross join lateral (
            select a.workspace_id, a.id from audit_entries a
            where a.workspace_id = w.id and a.occurred_at < now()
                - make_interval(days => (w.policies->'retention'->>'auditDays')::integer)
              and not exists (
                select from audit_seals s where s.workspace_id = a.workspace_id and s.entry_id = a.id)
            order by a.occurred_at limit batch for update skip locked
          ) due limit batch - gone
        ), unqueued as (
          delete from unsealed_audit_entries q using old
          where q.workspace_id = old.workspace_id and q.entry_id = old.id
        ), deleted as (
          delete from audit_entries a using old where a.workspace_id = old.workspace_id and a.id = old.id returning 1
        )
        select count(*) into swept from deleted;
        gone := gone + swept;
      end if;
      return gone;
    end $$`.execute(db)
}
