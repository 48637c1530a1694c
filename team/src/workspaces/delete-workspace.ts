import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { recordChanges } from '../history/record-change.ts'
import { lockWorkspace, type Workspace } from './workspace-queries.ts'

/** How long a deleted workspace can be restored. */
export const restorableDays = 30

/** When a workspace that was deleted then is removed for good. */
export function removedAfter(deletedAt: Date): Date {
  return new Date(deletedAt.getTime() + restorableDays * 86_400_000)
}

/**
 * Ends a workspace: from this transaction on nobody comes in, nothing that was issued counts and directories are
 * refused. What it holds is kept for thirty days. Throws `workspace-not-found`, and `version-mismatch` when it is not as
 * whoever decided this saw it.
 */
export async function deleteWorkspace(
  trx: WorkspaceTransaction,
  expectedVersion?: string,
): Promise<void> {
  const workspace = await lockWorkspace(trx)
  if (workspace.deletedAt !== null) throw new TeamError('workspace-not-found')
  if (expectedVersion !== undefined && expectedVersion !== workspace.version) {
    throw new TeamError('version-mismatch')
  }
  await setDeleted(trx, trx.now)
  await recordState(trx, workspace, {
    action: 'workspace.deleted',
    type: 'workspace.deleted',
    told: { removedAfter: removedAfter(trx.now).toISOString() },
  })
}

/**
 * Takes a deletion back; people sign in anew. A workspace that is not deleted stays as it is. Throws
 * `workspace-not-found` once its removal has begun.
 */
export async function restoreWorkspace(trx: WorkspaceTransaction): Promise<void> {
  const workspace = await lockWorkspace(trx)
  if (workspace.deletedAt === null) return
  if (removedAfter(workspace.deletedAt) <= trx.now) throw new TeamError('workspace-not-found')
  await setDeleted(trx, null)
  await recordState(trx, workspace, {
    action: 'workspace.restored',
    type: 'workspace.updated',
    told: { changed: ['deletedAt'] },
  })
}

async function setDeleted(trx: WorkspaceTransaction, deletedAt: Date | null): Promise<void> {
  await trx.query
    .updateTable('workspaces')
    .set({
      deleted_at: deletedAt,
      // What was issued while the deletion was being written carries a later time than its beginning.
      access_valid_from: sql<Date>`clock_timestamp()`,
      version: sql<string>`version + 1`,
    })
    .where('id', '=', trx.workspaceId)
    .execute()
}

async function recordState(
  trx: WorkspaceTransaction,
  { id, slug, name }: Workspace,
  change: {
    action: string
    type: 'workspace.deleted' | 'workspace.updated'
    told: Record<string, unknown>
  },
): Promise<void> {
  await recordChanges(trx, [
    {
      action: change.action,
      subject: { kind: 'workspace', id },
      before: null,
      after: null,
      event: {
        type: change.type,
        memberId: null,
        payload: { workspace: { id, slug, name }, ...change.told },
      },
    },
  ])
}
