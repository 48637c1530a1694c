import { type Kysely, sql } from 'kysely'

/**
 * The move of events into their place tells how many they were, and nothing where there were none. Who asks sees that no
 * more wait and need not ask again, which would walk past all that was just moved.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop function sequence_events(integer)`.execute(db)
  await sql`
    create function sequence_events(batch integer) returns setof integer
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
          returning 1
        )
        select count(*)::integer from placed having count(*) > 0;
    end $$`.execute(db)
}
