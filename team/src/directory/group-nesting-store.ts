import { isDeepStrictEqual } from 'node:util'

import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { groupsAbove, groupsBelow } from './group-nesting.ts'

/**
 * The groups and all groups in them, locked until the end of the transaction: nobody changes whose users belong to
 * them. Writers hold the group that they change and wait only for groups below it, so no two wait for each other.
 */
export async function lockGroupsBelow(
  trx: WorkspaceTransaction,
  groupIds: readonly string[],
): Promise<string[]> {
  let locked: string[] = []
  for (;;) {
    const { rows } = await sql<{ id: string }>`
      select g.id from directory_groups g
      where g.workspace_id = ${trx.workspaceId} and g.id in (
        select below.group_id from ${groupsBelow(sql`${trx.workspaceId}::uuid`, sql`${[...groupIds]}`)} as below)
      order by g.id for share of g`.execute(trx.query)
    const found = rows.map((row) => row.id)
    // Whoever held one of them may have put other groups into it before we had it.
    if (isDeepStrictEqual(found, locked)) return locked
    locked = found
  }
}

/** Whether rules look at the group or at one that it is in: for its id, or at the names of all. */
export async function isMapped(trx: WorkspaceTransaction, groupId: string): Promise<boolean> {
  const { rows } = await sql<{ mapped: boolean }>`
    select exists (
      select from mapping_rules r
      where r.workspace_id = ${trx.workspaceId} and (r.kind = 'group-pattern' or r.group_id in (
        select above.group_id from ${groupsAbove(sql`${trx.workspaceId}::uuid`, sql`${[groupId]}`)} as above))
    ) as mapped`.execute(trx.prepared)
  return rows[0]?.mapped === true
}

/** Whether rules look at the names of groups. */
export async function hasPatternRules(trx: WorkspaceTransaction): Promise<boolean> {
  const row = await trx.query
    .selectFrom('mapping_rules')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('kind', '=', 'group-pattern')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
