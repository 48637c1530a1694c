import { type Kysely, sql } from 'kysely'

/** What lists of members of any length are read from: orders, search and counts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await orders(db)
  await search(db)
  await counts(db)
}

async function orders(db: Kysely<unknown>): Promise<void> {
  // Never active comes before the oldest activity. Created is the order of the ids.
  await sql`create index members_by_activity on members
    (workspace_id, (coalesce(last_active_at, '-infinity'::timestamptz)), id) where state <> 'removed'`.execute(
    db,
  )
}

async function search(db: Kysely<unknown>): Promise<void> {
  await sql`create extension if not exists btree_gin`.execute(db)
  await sql`alter table members add column phone_digits text
    generated always as (nullif(regexp_replace(phone, '[^0-9]', '', 'g'), '')) stored`.execute(db)
  await sql`drop index members_search`.execute(db)
  // The workspace is part of it: a common name of other workspaces costs this one nothing.
  await sql`create index members_search on members
    using gin (workspace_id, search_key gin_trgm_ops, phone_digits gin_trgm_ops) where state <> 'removed'`.execute(
    db,
  )
  await sql`drop function search_member_ids(text)`.execute(db)
  // Neither LIKE nor ~ is leakproof: under a policy the planner would not use the trigrams. In plpgsql, because there
  // each search gets the plan of its own words. What lists filter and sort by comes along: it is read anyway. At most
  // as many as asked for, null is no limit.
  await sql`
    create function search_members(part text, word_start text, digits text, at_most integer)
    returns table (workspace_id uuid, id uuid, display_key text, state text, role_id uuid, source text,
      conversation_access text, last_active_at timestamptz)
    language plpgsql stable security definer set search_path = public, pg_temp as $$
    begin
      return query
        select m.workspace_id, m.id, m.display_key, m.state, m.role_id, m.source, m.conversation_access,
          m.last_active_at
        from members m
        where m.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
          and m.state <> 'removed'
          and (m.search_key like part or m.search_key ~ word_start or m.phone_digits like digits)
        limit at_most;
    end $$`.execute(db)
}

/**
 * How many members there are of each state and role. Only ever added to, so that writers never wait for each other; now
 * and then a writer replaces what is there by its sum.
 */
async function counts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table member_counts (
      workspace_id uuid not null references workspaces on delete cascade,
      state text not null,
      role_id uuid,
      n integer not null
    )`.execute(db)
  await sql`create index member_counts_by_workspace on member_counts (workspace_id) include (state, role_id, n)`.execute(
    db,
  )
  await sql`alter table member_counts enable row level security`.execute(db)
  await sql`
    create policy workspace on member_counts
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
  await sql`
    insert into member_counts (workspace_id, state, role_id, n)
    select workspace_id, state, role_id, count(*) from members where state <> 'removed' group by 1, 2, 3`.execute(
    db,
  )
  await sql`
    create function compact_member_counts(workspace uuid) returns void language sql as $$
      with gone as (
        delete from member_counts c using (
          select ctid from member_counts where workspace_id = workspace for update skip locked
        ) mine where c.ctid = mine.ctid returning c.state, c.role_id, c.n
      )
      insert into member_counts (workspace_id, state, role_id, n)
      select workspace, state, role_id, sum(n) from gone group by 2, 3 having sum(n) <> 0 $$`.execute(
    db,
  )
  const changed = {
    insert: sql`select workspace_id, state, role_id, 1 as n from new_members where state <> 'removed'`,
    update: sql`
      select workspace_id, state, role_id, 1 as n from new_members where state <> 'removed'
      union all
      select workspace_id, state, role_id, -1 as n from old_members where state <> 'removed'`,
    // A workspace that goes takes its counts with it.
    delete: sql`
      select m.workspace_id, m.state, m.role_id, -1 as n from old_members m
      join workspaces w on w.id = m.workspace_id where m.state <> 'removed'`,
  }
  const tables = {
    insert: sql`new table as new_members`,
    update: sql`old table as old_members new table as new_members`,
    delete: sql`old table as old_members`,
  }
  const anyMember = {
    insert: sql`new_members`,
    update: sql`new_members`,
    delete: sql`old_members`,
  }
  for (const event of ['insert', 'update', 'delete'] as const) {
    const name = sql.id(`count_members_on_${event}`)
    await sql`
      create function ${name}() returns trigger language plpgsql as $$
      begin
        insert into member_counts (workspace_id, state, role_id, n)
          select workspace_id, state, role_id, sum(n) from (${changed[event]}) changed
          group by 1, 2, 3 having sum(n) <> 0;
        if found and random() < 0.01 then
          perform compact_member_counts(m.workspace_id)
            from (select workspace_id from ${anyMember[event]} limit 1) m;
        end if;
        return null;
      end $$`.execute(db)
    await sql`
      create trigger ${name} after ${sql.raw(event)} on members referencing ${tables[event]}
      for each statement execute function ${name}()`.execute(db)
  }
}
