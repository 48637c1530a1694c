import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { changeOfHash } from './rule-difference.ts'

/** So often in a row people are shown what is different now. After that a directory that syncs would never let them finish. */
const maxRefusals = 2

/**
 * Whether a change is to be refused because its difference is not the one that was shown, in hashes. One that was refused
 * twice within an hour because people had moved, and for nothing else, is made with what holds now.
 */
export async function isRefused(
  trx: WorkspaceTransaction,
  now: string,
  shown: string,
): Promise<boolean> {
  const change = changeOfHash(now)
  if (now !== shown) {
    if (change !== changeOfHash(shown)) return true
    if ((await countRefusal(trx, change)) <= maxRefusals) return true
  }
  await trx.query
    .deleteFrom('refused_changes')
    .where('workspace_id', '=', trx.workspaceId)
    .where('change', '=', change)
    .execute()
  return false
}

async function countRefusal(
  { query, workspaceId }: WorkspaceTransaction,
  change: string,
): Promise<number> {
  await query
    .deleteFrom('refused_changes')
    .where('workspace_id', '=', workspaceId)
    .where('refused_at', '<', sql<Date>`now() - interval '1 hour'`)
    .execute()
  const { times } = await query
    .insertInto('refused_changes')
    .values({ workspace_id: workspaceId, change })
    .onConflict((conflict) =>
      conflict.columns(['workspace_id', 'change']).doUpdateSet({
        times: sql<number>`refused_changes.times + 1`,
        refused_at: sql<Date>`clock_timestamp()`,
      }),
    )
    .returning('times')
    .executeTakeFirstOrThrow()
  return times
}
