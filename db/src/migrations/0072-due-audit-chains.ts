import { type Kysely, sql } from 'kysely'

/**
 * The queue is looked at from its end: at its beginning lie the entries that have just been taken out of it, and to pass
 * over thousands of them costs tens of milliseconds.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function due_audit_chains(late_seconds integer, batch integer) returns setof uuid
    language plpgsql stable security definer set search_path = public, pg_temp as $$
    #variable_conflict use_column
    begin
      return query
        with recursive waiting as (
          (select q.workspace_id from unsealed_audit_entries q order by q.workspace_id desc limit 1)
          union all
          select (select q.workspace_id from unsealed_audit_entries q where q.workspace_id < w.workspace_id
            order by q.workspace_id desc limit 1)
          from waiting w where w.workspace_id is not null
        )
        select w.workspace_id from waiting w
        left join audit_chains c on c.workspace_id = w.workspace_id
        where (
          select true from unsealed_audit_entries q
          join audit_entries a on a.workspace_id = q.workspace_id and a.id = q.entry_id
          where q.workspace_id = w.workspace_id
            and (c.sealed_at is null or a.occurred_at > c.sealed_at - make_interval(secs => late_seconds))
          order by q.entry_id desc limit 1)
        limit batch;
    end $$`.execute(db)
}
