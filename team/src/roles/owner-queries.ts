import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { ownerRoleKey } from './owner-role.ts'

/** The ids of those who are owners of the workspace when they are active, as an array: no index of members knows roles. */
export function ownerIds({
  workspaceId,
}: Pick<WorkspaceTransaction, 'workspaceId'>): RawBuilder<string[]> {
  return sql<
    string[]
  >`array(select g.member_id from grants g join roles r on r.workspace_id = g.workspace_id and r.id = g.role_id
    where r.workspace_id = ${workspaceId} and r.key = ${ownerRoleKey} and g.workspace_id = ${workspaceId} and g.effective)`
}
