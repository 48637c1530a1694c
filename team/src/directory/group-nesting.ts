import { type RawBuilder, sql } from 'kysely'

/** How many groups in groups are followed; a circle of groups ends there too. */
export const maxNesting = 10

/**
 * Everybody's groups as rows `(group_id, is_direct)`: those of a directory user and those that these are in. Both
 * arguments are expressions, so that a query may ask for each of its rows.
 */
export function groupsOfUser(
  workspaceId: RawBuilder<unknown>,
  userId: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`(
    select own.group_id, true as is_direct from directory_group_members as own
    where own.workspace_id = ${workspaceId} and own.user_id = ${userId}
    union all
    select above.group_id, false from ${indirectGroups(workspaceId, sql`array[${userId}]::uuid[]`)})`
}

/**
 * The groups of several directory users (a `uuid[]`) at once, as rows `(user_id, group_id, is_direct)`: each search of
 * its own, as `groupsOfUser` is, costs more than all of them together.
 */
export function groupsOfUsers(
  workspaceId: RawBuilder<unknown>,
  userIds: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`(
    select own.user_id, own.group_id, true as is_direct from directory_group_members as own
    where own.workspace_id = ${workspaceId} and own.user_id = any((select ${userIds}::uuid[])::uuid[])
    union all
    select above.user_id, above.group_id, false from ${indirectGroups(workspaceId, sql`${userIds}::uuid[]`)})`
}

/** As rows `above`, whom nobody looks for in a workspace where no group is in another. */
function indirectGroups(
  workspaceId: RawBuilder<unknown>,
  userIds: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`indirect_groups(${workspaceId}, ${userIds}, ${sql.lit(maxNesting)}) as above
    where exists (select from directory_group_children as child where child.workspace_id = ${workspaceId})`
}

/** Groups (a `uuid[]`) and all groups that they are in, as rows `(group_id)`. */
export function groupsAbove(
  workspaceId: RawBuilder<unknown>,
  groupIds: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`(
    with recursive above (group_id, depth) as (
      select start.id, 0 from unnest((select ${groupIds}::uuid[])) as start (id)
      union
      select c.group_id, above.depth + 1 from above
      join directory_group_children as c on c.workspace_id = ${workspaceId} and c.child_id = above.group_id
      where above.depth < ${sql.lit(maxNesting)}
    )
    select distinct above.group_id from above)`
}

/** Groups (a `uuid[]`) and all groups that are in them, as rows `(group_id)`: whose users belong to them. */
export function groupsBelow(
  workspaceId: RawBuilder<unknown>,
  groupIds: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`(
    with recursive below (group_id, depth) as (
      select start.id, 0 from unnest((select ${groupIds}::uuid[])) as start (id)
      union
      select c.child_id, below.depth + 1 from below
      join directory_group_children as c on c.workspace_id = ${workspaceId} and c.group_id = below.group_id
      where below.depth < ${sql.lit(maxNesting)}
    )
    select distinct below.group_id from below)`
}

/**
 * All memberships as rows `(workspace_id, group_id, user_id, type)` with type `direct` or `indirect`, to look up the
 * users of a group as well as the groups of a user.
 */
export const membershipRows: RawBuilder<unknown> = sql`(
  select m.workspace_id, m.group_id, m.user_id, 'direct'::text collate "C" as type
  from directory_group_members as m
  union all
  select m.workspace_id, nested.group_id, m.user_id, 'indirect'
  from (
    with recursive nested (workspace_id, group_id, child_id, depth) as (
      select c.workspace_id, c.group_id, c.child_id, 1 from directory_group_children as c
      union
      select c.workspace_id, c.group_id, nested.child_id, nested.depth + 1 from nested
      join directory_group_children as c on c.workspace_id = nested.workspace_id and c.child_id = nested.group_id
      where nested.depth < ${sql.lit(maxNesting)}
    )
    select distinct nested.workspace_id, nested.group_id, nested.child_id from nested
  ) as nested
  join directory_group_members as m on m.workspace_id = nested.workspace_id and m.group_id = nested.child_id
  where not exists (
    select from directory_group_members as own
    where own.workspace_id = m.workspace_id and own.group_id = nested.group_id and own.user_id = m.user_id))`
