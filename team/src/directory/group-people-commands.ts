import { IdList, type WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { reprojectMembers } from '../mapping/reproject-members.ts'

/** Directory users by name, and whoever is in one of these groups itself. */
export interface GroupPeople {
  users: IdList
  groupIds: readonly string[]
}

const chunkSize = 1_000

/** Gives the people of changed groups what the rules now say. */
export async function reprojectPeople(
  trx: WorkspaceTransaction,
  people: GroupPeople,
): Promise<void> {
  if (people.users.length === 0 && people.groupIds.length === 0) return
  // All at once and in order, as everybody locks members: the chunks must not wait for each other in a circle.
  const members = await IdList.read(
    trx.query,
    sql`${membersOf(trx, people)} order by m.id for no key update of m`,
  )
  for (const memberIds of members.slices(chunkSize)) await reprojectMembers(trx, memberIds)
}

function membersOf(
  { workspaceId }: WorkspaceTransaction,
  { users, groupIds }: GroupPeople,
): RawBuilder<unknown> {
  return sql`
    select m.id from members m
    where m.workspace_id = ${workspaceId} and m.directory_user_id in (
      select named.id from unnest(${users.toParameter()}::uuid[]) as named (id)
      union
      select gm.user_id from directory_group_members gm
      where gm.workspace_id = ${workspaceId}
        and gm.group_id = any(${IdList.of(groupIds).toParameter()}::uuid[]))`
}
