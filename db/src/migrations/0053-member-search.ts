import { type Kysely, sql } from 'kysely'

/**
 * What people are searched by, in a table of its own. Beside everything else about a member, each change of their role or
 * state would write every trigram of their name again.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table member_search (
      workspace_id uuid not null,
      member_id uuid not null,
      search_key text collate "C" not null,
      phone_digits text,
      primary key (workspace_id, member_id)
    )`.execute(db)
  await sql`alter table member_search enable row level security`.execute(db)
  await sql`
    create policy workspace on member_search
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
  await sql`
    insert into member_search (workspace_id, member_id, search_key, phone_digits)
    select workspace_id, id, search_key, phone_digits from members where is_listed`.execute(db)
  await sql`drop index members_search`.execute(db)
  await sql`create index member_search_by_part on member_search
    using gin (workspace_id, search_key gin_trgm_ops, phone_digits gin_trgm_ops)`.execute(db)
  await triggers(db)
  await sql`
    create or replace function search_members(part text, word_start text, digits text, at_most integer)
    returns table (workspace_id uuid, id uuid, display_key text, state text, role_id uuid, source text,
      conversation_access text, last_active_at timestamptz)
    language plpgsql stable security definer set search_path = public, pg_temp as $$
    begin
      return query
        select m.workspace_id, m.id, m.display_key, m.state, m.role_id, m.source, m.conversation_access,
          m.last_active_at
        from member_search s join members m on m.workspace_id = s.workspace_id and m.id = s.member_id
        where s.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
          and (s.search_key like part or s.search_key ~ word_start or s.phone_digits like digits)
        limit at_most;
    end $$`.execute(db)
}

/** Whoever is listed is found, in the transaction that makes it so. */
async function triggers(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function keep_member_search() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
    begin
      if tg_op = 'DELETE' or not new.is_listed then
        delete from member_search s where s.workspace_id = old.workspace_id and s.member_id = old.id;
      else
        insert into member_search as s (workspace_id, member_id, search_key, phone_digits)
        values (new.workspace_id, new.id, new.search_key, new.phone_digits)
        on conflict (workspace_id, member_id)
          do update set search_key = excluded.search_key, phone_digits = excluded.phone_digits;
      end if;
      return null;
    end $$`.execute(db)
  await sql`
    create trigger members_found after insert on members
      for each row when (new.is_listed) execute function keep_member_search()`.execute(db)
  await sql`
    create trigger members_found_otherwise after update on members for each row
      when (old.is_listed <> new.is_listed or old.search_key <> new.search_key
        or old.phone_digits is distinct from new.phone_digits)
      execute function keep_member_search()`.execute(db)
  await sql`
    create trigger members_lost after delete on members
      for each row execute function keep_member_search()`.execute(db)
}
