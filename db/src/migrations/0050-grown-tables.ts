import { type Kysely, sql } from 'kysely'

/** Lets the serving role, which owns no table, have those analysed that have just grown. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function analyze_grown_tables() returns void
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
          -- From some thousand rows on the plans are those of a million: autovacuum is soon enough for the rest.
          and c.reltuples < 5000 and pg_stat_get_live_tuples(c.oid) > 500 + 2 * greatest(c.reltuples, 0)
      loop
        execute format('analyze (skip_locked) %s', grown);
      end loop;
    end $$`.execute(db)
}
