import type { Database, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { readEvents, type SequencedEvent } from './event-queries.ts'

/** An event that somebody comes back to, and whose turn it is. */
export interface DeferredEvent {
  workspaceId: string
  position: string
}

const firstPauseSeconds = 30
const maxPauseSeconds = 3_600

/** Lets the consumer go past an event and come back to it; deferring it twice is deferring it once. */
export async function deferEvent(
  trx: WorkspaceTransaction,
  consumer: string,
  position: string,
): Promise<void> {
  await trx.query
    .insertInto('deferred_events')
    .values({
      workspace_id: trx.workspaceId,
      consumer,
      position,
      due_at: sql<Date>`now() + make_interval(secs => ${firstPauseSeconds})`,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Of every workspace, those first that are overdue longest. */
export async function dueDeferredEvents(
  db: Database,
  consumer: string,
  limit: number,
): Promise<DeferredEvent[]> {
  const { rows } = await sql<DeferredEvent>`
    select workspace_id as "workspaceId", event_position::text as position
    from due_deferred_events(${consumer}, ${limit}::integer)`.execute(db.query)
  return rows
}

/**
 * The event, for one more attempt; undefined when another replica has it. The next attempt is planned with this one,
 * after a pause that doubles, so that nothing has to be written when it fails.
 */
export async function claimDeferredEvent(
  trx: WorkspaceTransaction,
  consumer: string,
  position: string,
): Promise<SequencedEvent | undefined> {
  const claimed = await trx.query
    .updateTable('deferred_events')
    .set((eb) => ({
      attempts: eb('attempts', '+', 1),
      due_at: sql<Date>`now() + make_interval(secs =>
        least(${maxPauseSeconds}::integer, ${firstPauseSeconds}::integer * 2 ^ least(attempts + 1, 16)))`,
    }))
    .where('workspace_id', '=', trx.workspaceId)
    .where('consumer', '=', consumer)
    .where('position', '=', position)
    .where('due_at', '<=', sql<Date>`now()`)
    .returning('position')
    .executeTakeFirst()
  if (claimed === undefined) return undefined
  const [event] = await readEvents(trx, String(BigInt(position) - 1n), 1)
  return event
}

/** It is dealt with: nobody comes back to it. */
export async function forgetDeferredEvent(
  trx: WorkspaceTransaction,
  consumer: string,
  position: string,
): Promise<void> {
  await trx.query
    .deleteFrom('deferred_events')
    .where('workspace_id', '=', trx.workspaceId)
    .where('consumer', '=', consumer)
    .where('position', '=', position)
    .execute()
}
