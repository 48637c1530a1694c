import type { WorkspaceTransaction } from '@plantel/db'
import { isMappableRole } from '@plantel/team'

/** A role of the workspace as a directory sees it. */
export interface RoleRow {
  readonly key: string
  readonly name: string
}

/** Reads the workspace's roles in the order of their keys. */
export async function listRoles(trx: WorkspaceTransaction): Promise<readonly RoleRow[]> {
  const rows = await trx.query
    .selectFrom('roles')
    .select(['key', 'name'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('retired_at', 'is', null)
    .execute()
  // The database may sort by the rules of a language; keys are compared as they are elsewhere.
  return rows.toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

/** Ownership is given by a person, never by a directory. */
export function isSupported({ key }: RoleRow): boolean {
  return isMappableRole(key)
}
