import { IdList, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import type { DirectoryGroupRow, GroupMemberOperation } from './directory-group.ts'
import { GroupMemberList } from './group-member-list.ts'
import {
  addGroupMembers,
  type ChangedMembers,
  keepGroupMembers,
  noMembers,
  type RefusedMembers,
  removeGroupMembers,
} from './group-member-store.ts'

/** What one operation did. */
export interface MemberStep {
  added: ChangedMembers
  removed: ChangedMembers
  refused: RefusedMembers
  /** Whether somebody was to be removed who is no member. */
  missed: boolean
}

/** Runs one step on the rows of a locked group. */
export async function applyMemberOperation(
  trx: WorkspaceTransaction,
  group: DirectoryGroupRow,
  operation: GroupMemberOperation,
): Promise<MemberStep> {
  const nothing = {
    added: noMembers(),
    removed: noMembers(),
    refused: { unknown: [], mistyped: [] },
    missed: false,
  }
  switch (operation.kind) {
    case 'add': {
      const members = GroupMemberList.of(operation.members)
      return { ...nothing, ...(await addGroupMembers(trx, group, members)) }
    }
    case 'remove': {
      const members = GroupMemberList.of(operation.members)
      const removed = await removeGroupMembers(trx, group.id, members)
      const missed = removed.users.length + removed.groups.length < members.length
      return { ...nothing, removed, missed }
    }
    case 'replace': {
      const members = GroupMemberList.of(operation.members)
      const removed = await keepGroupMembers(trx, group.id, members)
      return { ...nothing, ...(await addGroupMembers(trx, group, members)), removed }
    }
    case 'clear':
      return { ...nothing, removed: await keepGroupMembers(trx, group.id, GroupMemberList.of([])) }
    case 'remove-matching': {
      const matching = GroupMemberList.of(await operation.find())
      return { ...nothing, removed: await removeGroupMembers(trx, group.id, matching) }
    }
    default:
      return operation satisfies never
  }
}

/** How many members came and went; who was removed and added again in one request has not changed. */
export async function countChanges(
  trx: WorkspaceTransaction,
  steps: readonly MemberStep[],
): Promise<{ added: number; removed: number }> {
  const [added, removed] = [idsOf(steps, 'added'), idsOf(steps, 'removed')]
  if (added.length === 0 || removed.length === 0 || steps.length === 1) {
    return { added: added.length, removed: removed.length }
  }
  const { rows } = await sql<{ added: number; removed: number }>`
    select count(*) filter (where net.change > 0)::integer as added,
      count(*) filter (where net.change < 0)::integer as removed
    from (
      select step.id, sum(step.change) as change from (
        select unnest(${added.toParameter()}::uuid[]) as id, 1 as change
        union all
        select unnest(${removed.toParameter()}::uuid[]), -1
      ) as step group by step.id
    ) as net`.execute(trx.query)
  return rows[0] ?? { added: 0, removed: 0 }
}

function idsOf(steps: readonly MemberStep[], change: 'added' | 'removed'): IdList {
  const ids = new IdList()
  for (const step of steps) {
    ids.append(step[change].users)
    for (const id of step[change].groups) ids.push(id)
  }
  return ids
}

/** By how much the steps change the number of users. */
export function userDifference(steps: readonly MemberStep[]): number {
  return steps.reduce(
    (sum, { added, removed }) => sum + added.users.length - removed.users.length,
    0,
  )
}
