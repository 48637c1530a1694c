import { type Kysely, sql } from 'kysely'

/**
 * A search whose finds are only to be put in the order of their names reads nothing of the members but the page that is
 * shown: the name's key stands beside what they are found by.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table member_search add column display_key text collate "C"`.execute(db)
  await sql`
    update member_search s set display_key = m.display_key
    from members m where m.workspace_id = s.workspace_id and m.id = s.member_id`.execute(db)
  await sql`alter table member_search alter column display_key set not null`.execute(db)
  await sql`
    create or replace function keep_member_search() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
    begin
      if tg_op = 'DELETE' or not new.is_listed then
        delete from member_search s where s.workspace_id = old.workspace_id and s.member_id = old.id;
      else
        insert into member_search as s (workspace_id, member_id, search_key, phone_digits, display_key)
        values (new.workspace_id, new.id, new.search_key, new.phone_digits, new.display_key)
        on conflict (workspace_id, member_id)
          do update set search_key = excluded.search_key, phone_digits = excluded.phone_digits,
            display_key = excluded.display_key;
      end if;
      return null;
    end $$`.execute(db)
  await sql`drop trigger members_found_otherwise on members`.execute(db)
  await sql`
    create trigger members_found_otherwise after update on members for each row
      when (old.is_listed <> new.is_listed or old.search_key <> new.search_key
        or old.phone_digits is distinct from new.phone_digits or old.display_key <> new.display_key)
      execute function keep_member_search()`.execute(db)
  await sql`
    create function search_member_names(part text, word_start text, digits text, at_most integer)
    returns table (workspace_id uuid, id uuid, display_key text)
    language plpgsql stable security definer set search_path = public, pg_temp as $$
    begin
      return query
        select s.workspace_id, s.member_id, s.display_key
        from member_search s
        where s.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
          and (s.search_key like part or s.search_key ~ word_start or s.phone_digits like digits)
        limit at_most;
    end $$`.execute(db)
}
