import { type Kysely, sql } from 'kysely'

/**
 * What directories change about members is in no index, so that PostgreSQL writes the new row beside the old one and none
 * of nine indexes (HOT). Seats, which are found by their order, have a table of their own, with rows where they are
 * limited only.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await seats(db)
  await sql`drop index members_by_role`.execute(db)
  // Room for the new rows beside the old ones.
  await sql`alter table members set (fillfactor = 85)`.execute(db)
  await analysis(db)
}

async function seats(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table seats (
      workspace_id uuid not null,
      member_id uuid not null,
      seat text not null,
      since timestamptz not null,
      primary key (workspace_id, member_id),
      constraint seats_member_exists foreign key (workspace_id, member_id)
        references members (workspace_id, id) on delete cascade,
      constraint seats_seat_known check (seat in ('owner', 'held', 'waiting'))
    )`.execute(db)
  await sql`create index seats_in_line on seats (workspace_id, seat, since, member_id)`.execute(db)
  await sql`alter table seats enable row level security`.execute(db)
  await sql`
    create policy workspace on seats
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
  await sql`
    insert into seats (workspace_id, member_id, seat, since)
    select m.workspace_id, m.id, m.seat, m.seat_since
    from members m join workspaces w on w.id = m.workspace_id
    where w.seats is not null and m.seat is not null`.execute(db)
  await sql`alter table members drop column seat, drop column seat_since`.execute(db)
}

/** Not of queues: they are as good as empty, and what is analysed of them is gone with the next look. */
async function analysis(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function analyze_grown_tables() returns void
    language plpgsql security definer set search_path = public, pg_temp as $$
    declare
      grown regclass;
    begin
      -- One replica is enough.
      if not pg_try_advisory_xact_lock(hashtextextended('plantel analyze_grown_tables', 0)) then
        return;
      end if;
      for grown in
        select c.oid from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
          and c.relname not in ('outbox', 'unsealed_audit_entries', 'member_counts', 'directory_counts')
          -- From some thousand rows on the plans are those of a million: autovacuum is soon enough for the rest.
          and c.reltuples < 5000 and pg_stat_get_live_tuples(c.oid) > 500 + 2 * greatest(c.reltuples, 0)
      loop
        execute format('analyze (skip_locked) %s', grown);
      end loop;
    end $$`.execute(db)
}
