import type { Database, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

/** Workspaces with events that this consumer has not read and that no replica works on. */
export async function dueWorkspaces(db: Database, consumer: string): Promise<string[]> {
  const { rows } = await sql<{ workspace_id: string }>`
    select due as workspace_id from due_workspaces(${consumer}) as due`.execute(db.query)
  return rows.map((row) => row.workspace_id)
}

/**
 * Takes the consumer's place in this workspace for `leaseSeconds`, or answers undefined when another
 * replica has it or a pause after a failure is not over. A new consumer starts before the first event.
 */
export async function claimCursor(
  trx: WorkspaceTransaction,
  consumer: string,
  leaseSeconds: number,
): Promise<{ position: string; failures: number } | undefined> {
  const leasedUntil = sql<Date>`now() + make_interval(secs => ${leaseSeconds})`
  return trx.query
    .insertInto('event_cursors')
    .values({
      workspace_id: trx.workspaceId,
      consumer,
      position: '0',
      leased_until: leasedUntil,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['workspace_id', 'consumer'])
        .doUpdateSet({ leased_until: leasedUntil })
        .where((eb) =>
          eb.or([
            eb('event_cursors.leased_until', 'is', null),
            eb('event_cursors.leased_until', '<', sql<Date>`now()`),
          ]),
        ),
    )
    .returning(['position', 'failures'])
    .executeTakeFirst()
}

/**
 * Remembers what was handled and gives the place free. Does nothing when the cursor is no longer at `from`: the lease
 * ran out and another replica went on.
 */
export async function advanceCursor(
  trx: WorkspaceTransaction,
  consumer: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await trx.query
    .updateTable('event_cursors')
    .set({ position: to, leased_until: null, failures: 0 })
    .where('workspace_id', '=', trx.workspaceId)
    .where('consumer', '=', consumer)
    .where('position', '=', from)
    .execute()
}

/** Holds everybody off for `retryInSeconds`, unless another replica went on from `position` meanwhile. */
export async function failCursor(
  trx: WorkspaceTransaction,
  consumer: string,
  { position, retryInSeconds }: { position: string; retryInSeconds: number },
): Promise<void> {
  await trx.query
    .updateTable('event_cursors')
    .set((eb) => ({
      leased_until: sql<Date>`now() + make_interval(secs => ${retryInSeconds})`,
      failures: eb('failures', '+', 1),
    }))
    .where('workspace_id', '=', trx.workspaceId)
    .where('consumer', '=', consumer)
    .where('position', '=', position)
    .execute()
}
