import { type Kysely, sql } from 'kysely'

/**
 * The groups that directory users are in only because their groups are: a function, because a statement pays for a search
 * in it when it begins, and in most workspaces no group is in another.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function indirect_groups(workspace uuid, users uuid[], max_nesting integer)
    returns table (user_id uuid, group_id uuid) language plpgsql stable rows 10 as $$
    begin
      return query
        with recursive held (holder, held_id, depth) as (
          select own.user_id, own.group_id, 0 from directory_group_members own
          where own.workspace_id = workspace and own.user_id = any(users)
          union
          select held.holder, c.group_id, held.depth + 1 from held
          join directory_group_children c on c.workspace_id = workspace and c.child_id = held.held_id
          where held.depth < max_nesting
        )
        select held.holder, held.held_id from held group by held.holder, held.held_id having min(held.depth) > 0;
    end $$`.execute(db)
}
