import type { WorkspaceTransaction } from '@plantel/db'

import { enqueueJob } from '../jobs/job-commands.ts'
import type { Job, JobHandler, JobStep } from '../jobs/job.ts'
import { countSelected, keepSelection, readSelected } from '../selections/selection-queries.ts'
import { type BulkAction, bulkActionKinds } from './bulk-action.ts'
import { actOnMembers, requireBulkAction } from './bulk-commands.ts'

interface BulkInput {
  selectionId: string
  action: BulkAction
}

/** What a bulk action would do. */
export interface BulkPreview {
  total: number
  changed: number
  unchanged: number
  /** By the code of the refusal. */
  refused: Record<string, number>
}

/**
 * Does the same with everybody in a selection, after this transaction and in its actor's name. Throws
 * `selection-not-found` and what `requireBulkAction` throws.
 */
export async function startBulkAction(
  trx: WorkspaceTransaction,
  selectionId: string,
  action: BulkAction,
): Promise<Job> {
  await requireBulkAction(trx, action)
  const total = await countSelected(trx, selectionId)
  await keepSelection(trx, selectionId)
  const input: BulkInput = { selectionId, action }
  return enqueueJob(trx, { kind: `members.${action.kind}`, input, total })
}

/** Every invitation that is sent again has its own statements; everything else is done with sets. */
const chunkSizes: Partial<Record<BulkAction['kind'], number>> = { 'resend-invitation': 100 }
const usualChunkSize = 1_000

/**
 * Says what a bulk action would do now, chunk by chunk: `read` opens a transaction for each, so that nobody waits for the
 * whole. Throws as `startBulkAction` does.
 */
export async function previewBulkAction(
  read: <T>(work: (trx: WorkspaceTransaction) => Promise<T>) => Promise<T>,
  selectionId: string,
  action: BulkAction,
): Promise<BulkPreview> {
  const total = await read(async (trx) => {
    await requireBulkAction(trx, action)
    return countSelected(trx, selectionId)
  })
  const preview: BulkPreview = { total, changed: 0, unchanged: 0, refused: {} }
  let ownersGone = 0
  for (let skip = 0; skip < total; skip += usualChunkSize) {
    const chunk = await read(async (trx) => {
      const ids = await readSelected(trx, selectionId, { skip, limit: usualChunkSize })
      return actOnMembers(trx, ids, action, { dryRun: true, ownersGone })
    })
    ownersGone = chunk.ownersGone
    for (const { outcome, code } of chunk.outcomes) {
      if (outcome !== 'refused') preview[outcome] += 1
      else if (code !== null) preview.refused[code] = (preview.refused[code] ?? 0) + 1
    }
  }
  return preview
}

/** One for each kind of action. */
export const bulkActionHandlers: readonly JobHandler[] = bulkActionKinds.map((kind) => ({
  kind: `members.${kind}`,
  async runChunk(trx, { input, checkpoint, total }): Promise<JobStep> {
    const { selectionId, action } = input as BulkInput
    const skip = (checkpoint as number | null) ?? 0
    const limit = chunkSizes[kind] ?? usualChunkSize
    const ids = await readSelected(trx, selectionId, { skip, limit })
    const { outcomes } = await actOnMembers(trx, ids, action)
    return {
      next: skip + ids.length < (total ?? 0) ? skip + ids.length : undefined,
      done: ids.length,
      failed: outcomes.filter(({ outcome }) => outcome === 'refused').length,
      results: outcomes.map((outcome, index) => ({ number: skip + index + 1, ...outcome })),
    }
  },
}))
