import { type Database, isId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'

/** How many are in a selection. Throws `selection-not-found`. */
export async function countSelected(
  trx: WorkspaceTransaction,
  selectionId: string,
): Promise<number> {
  const { rows } = isId(selectionId)
    ? await sql<{ count: number }>`
        select cardinality(member_ids) as count from selections
        where workspace_id = ${trx.workspaceId} and id = ${selectionId}`.execute(trx.query)
    : { rows: [] }
  const [row] = rows
  if (row === undefined) throw new TeamError('selection-not-found')
  return row.count
}

/** Up to `limit` members of a selection after the first `skip`. Throws `selection-not-found`. */
export async function readSelected(
  trx: WorkspaceTransaction,
  selectionId: string,
  { skip, limit }: { skip: number; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ ids: string[] }>`
    select member_ids[${skip + 1}::integer:${skip + limit}::integer] as ids from selections
    where workspace_id = ${trx.workspaceId} and id = ${selectionId}`.execute(trx.query)
  const [row] = rows
  if (row === undefined) throw new TeamError('selection-not-found')
  return row.ids
}

/** Keeps a selection as long as the job that works on it can be asked for. */
export async function keepSelection(trx: WorkspaceTransaction, selectionId: string): Promise<void> {
  await sql`
    update selections set kept_until = now() + interval '60 days'
    where workspace_id = ${trx.workspaceId} and id = ${selectionId}`.execute(trx.query)
}

const sweepBatch = 100

/** Forgets selections that nobody used for a day; answers how many. */
export async function sweepSelections(db: Database): Promise<number> {
  for (let gone = 0; ;) {
    const { rows } = await sql<{ count: number }>`
      select delete_old_selections(${sweepBatch}) as count`.execute(db.query)
    const count = rows[0]?.count ?? 0
    gone += count
    if (count < sweepBatch) return gone
  }
}
