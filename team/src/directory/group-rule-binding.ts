import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import type { DirectoryGroupRow } from './directory-group.ts'

/**
 * A group that was deleted and comes again with its externalId has its rule again (Okta unlinks and pushes anew), unless
 * it has got another meanwhile. Answers whether it was so.
 */
export async function rebindRule(
  trx: WorkspaceTransaction,
  group: DirectoryGroupRow,
): Promise<boolean> {
  if (group.external_id === null) return false
  const { numAffectedRows } = await sql`
    update mapping_rules set group_id = ${group.id}
    where workspace_id = ${trx.workspaceId}
      and group_id = (
        select former.id from directory_groups former
        join mapping_rules rule on rule.workspace_id = former.workspace_id and rule.group_id = former.id
        where former.workspace_id = ${trx.workspaceId} and former.connection_id = ${group.connection_id}
          and former.external_id = ${group.external_id}
          and former.deleted_at > now() - interval '30 days'
        order by former.deleted_at desc limit 1)
      and not exists (
        select from mapping_rules other
        where other.workspace_id = ${trx.workspaceId} and other.group_id = ${group.id})`.execute(
    trx.query,
  )
  return (numAffectedRows ?? 0n) > 0n
}
