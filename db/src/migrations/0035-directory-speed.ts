import { type Kysely, sql } from 'kysely'

/** What makes searching and counting a directory as fast with a million users as with a thousand. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await directoryTexts(db)
  await directoryCounts(db)
}

/** `sw` is a range of a key; `co` and `ew` find by trigrams what has three letters. */
async function directoryTexts(db: Kysely<unknown>): Promise<void> {
  await sql`create index directory_users_by_display_name on directory_users (connection_id, display_key, id) where deleted_at is null`.execute(
    db,
  )
  await sql`create index directory_users_search on directory_users
    using gin (connection_id, user_name_key gin_trgm_ops, display_key gin_trgm_ops) where deleted_at is null`.execute(
    db,
  )
  // LIKE is not leakproof: under a policy the planner would not use the trigrams. Each pattern gets a plan of its own.
  await sql`
    create function search_directory_users(connection uuid, attribute text, pattern text) returns setof uuid
    language plpgsql stable security definer set search_path = public, pg_temp
    set plan_cache_mode = force_custom_plan as $$
    begin
      if attribute = 'userName' then
        return query select u.id from directory_users u
          where u.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
            and u.connection_id = connection and u.deleted_at is null and u.user_name_key like pattern;
      elsif attribute = 'displayName' then
        return query select u.id from directory_users u
          where u.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
            and u.connection_id = connection and u.deleted_at is null and u.display_key like pattern;
      else
        raise exception 'no trigrams of %', attribute;
      end if;
    end $$`.execute(db)
}

/**
 * How many users and groups a connection has. Only ever added to, so that writers never wait for each other; now and
 * then a writer replaces what is there by its sum.
 */
async function directoryCounts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table directory_counts (
      workspace_id uuid not null,
      connection_id uuid not null,
      kind text not null,
      n integer not null,
      foreign key (workspace_id, connection_id) references scim_connections (workspace_id, id) on delete cascade,
      constraint directory_counts_kind_known check (kind in ('directory_users', 'directory_groups'))
    )`.execute(db)
  await sql`create index directory_counts_by_connection on directory_counts (workspace_id, connection_id, kind) include (n)`.execute(
    db,
  )
  await sql`alter table directory_counts enable row level security`.execute(db)
  await sql`
    create policy workspace on directory_counts
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
  await sql`
    create function compact_directory_counts(workspace uuid) returns void language sql as $$
      with gone as (
        delete from directory_counts c using (
          select ctid from directory_counts where workspace_id = workspace for update skip locked
        ) mine where c.ctid = mine.ctid returning c.connection_id, c.kind, c.n
      )
      insert into directory_counts (workspace_id, connection_id, kind, n)
      select workspace, connection_id, kind, sum(n) from gone group by 2, 3 having sum(n) <> 0 $$`.execute(
    db,
  )
  await sql`
    create function count_directory_rows() returns trigger language plpgsql as $$
    declare
      difference integer := case tg_op when 'DELETE' then -1 else 1 end;
    begin
      -- A connection that goes takes its counts with it.
      insert into directory_counts (workspace_id, connection_id, kind, n)
        select r.workspace_id, r.connection_id, tg_table_name, count(*) * difference
        from changed_rows r
        where r.deleted_at is null and exists (
          select from scim_connections c where c.workspace_id = r.workspace_id and c.id = r.connection_id)
        group by 1, 2;
      if found and random() < 0.01 then
        perform compact_directory_counts(r.workspace_id) from (select workspace_id from changed_rows limit 1) r;
      end if;
      return null;
    end $$`.execute(db)
  await sql`
    create function count_directory_row() returns trigger language plpgsql as $$
    begin
      insert into directory_counts (workspace_id, connection_id, kind, n)
        values (new.workspace_id, new.connection_id, tg_table_name, case when new.deleted_at is null then 1 else -1 end);
      return null;
    end $$`.execute(db)
  for (const name of ['directory_users', 'directory_groups']) {
    const table = sql.table(name)
    await sql`
      insert into directory_counts (workspace_id, connection_id, kind, n)
      select workspace_id, connection_id, ${sql.lit(name)}, count(*) from ${table} where deleted_at is null group by 1, 2`.execute(
      db,
    )
    await sql`
      create trigger ${sql.id(`${name}_counted_in`)} after insert on ${table} referencing new table as changed_rows
      for each statement execute function count_directory_rows()`.execute(db)
    await sql`
      create trigger ${sql.id(`${name}_counted_out`)} after delete on ${table} referencing old table as changed_rows
      for each statement execute function count_directory_rows()`.execute(db)
    // Not with the rows of a statement: who changes anything else of a person or a group pays nothing for it.
    await sql`
      create trigger ${sql.id(`${name}_counted_again`)} after update of deleted_at on ${table} for each row
      when ((old.deleted_at is null) <> (new.deleted_at is null)) execute function count_directory_row()`.execute(
      db,
    )
  }
}
