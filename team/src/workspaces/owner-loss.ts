import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import type { Change } from '../history/record-change.ts'
import { ownerIds } from '../roles/owner-queries.ts'

/**
 * Flags the transaction's workspace when its last active owner has just gone, and takes the flag away when one is there
 * again; answers what is to be recorded of it. People are kept from ending the last owner, a directory is not.
 */
export async function noteOwners(trx: WorkspaceTransaction): Promise<Change[]> {
  // Of two transactions that end an owner each the later one must see what the first has done.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`owners ${trx.workspaceId}`}, 0))`.execute(
    trx.query,
  )
  const { rows } = await sql<{ slug: string; name: string; is_without: boolean }>`
    with owners as (
      select exists (select from members
        where workspace_id = ${trx.workspaceId} and id = any(${ownerIds(trx)}) and state = 'active') as are_there
    )
    update workspaces w set owner_lost_at = case when owners.are_there then null else now() end
    from owners
    where w.id = ${trx.workspaceId} and (w.owner_lost_at is null) <> owners.are_there
    returning w.slug, w.name, w.owner_lost_at is not null as is_without`.execute(trx.query)
  const [flipped] = rows
  if (flipped === undefined) return []
  const { slug, name, is_without: withoutOwner } = flipped
  const workspace = { id: trx.workspaceId, slug, name }
  return [
    {
      action: 'workspace.updated',
      subject: { kind: 'workspace', id: trx.workspaceId },
      before: { withoutOwner: !withoutOwner },
      after: { withoutOwner },
      event: {
        type: 'workspace.updated',
        memberId: null,
        payload: { workspace, changed: ['withoutOwner'], withoutOwner },
      },
    },
  ]
}
