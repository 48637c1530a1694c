import type { Database, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

/** Who reads events: of the workspaces of one host, or of every host (null). */
interface EventReader {
  consumer: string
  hostId: string | null
}

/** A workspace whose turn it is with a consumer. */
export interface DueWorkspace {
  consumer: string
  workspaceId: string
  hostId: string
}

/**
 * Workspaces with events that a reader has not read and that no replica works on: reader by reader, those
 * that waited longest first, at most `perHost` of a host.
 */
export async function dueWorkspaces(
  db: Database,
  readers: readonly EventReader[],
  perHost: number,
): Promise<DueWorkspace[]> {
  const { rows } = await sql<DueWorkspace>`
    select reader.consumer, due.workspace_id as "workspaceId", due.host_id as "hostId"
    from unnest(
      ${readers.map(({ consumer }) => consumer)}::text[],
      ${readers.map(({ hostId }) => hostId)}::uuid[]
    ) with ordinality as reader (consumer, host_id, place)
    cross join lateral due_workspaces(reader.consumer, reader.host_id, ${perHost}::integer)
      with ordinality as due (workspace_id, host_id, turn)
    order by reader.place, due.turn`.execute(db.query)
  return rows
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
        .where('event_cursors.leased_until', '<=', sql<Date>`now()`),
    )
    .returning(['position', 'failures'])
    .executeTakeFirst()
}

/** Keeps a place that `claimCursor` gave, for another `leaseSeconds` from now; one that ran out stays free. */
export async function renewCursor(
  trx: WorkspaceTransaction,
  consumer: string,
  { position, leaseSeconds }: { position: string; leaseSeconds: number },
): Promise<void> {
  await trx.query
    .updateTable('event_cursors')
    .set({ leased_until: sql<Date>`now() + make_interval(secs => ${leaseSeconds})` })
    .where('workspace_id', '=', trx.workspaceId)
    .where('consumer', '=', consumer)
    .where('position', '=', position)
    .where('leased_until', '>', sql<Date>`now()`)
    .execute()
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
    .set({ position: to, leased_until: sql<Date>`now()`, failures: 0, failing_since: null })
    .where('workspace_id', '=', trx.workspaceId)
    .where('consumer', '=', consumer)
    .where('position', '=', from)
    .execute()
}

/**
 * Holds everybody off for `retryInSeconds`, unless another replica went on from `position` meanwhile. What was given up
 * lies before `to`.
 */
export async function failCursor(
  trx: WorkspaceTransaction,
  consumer: string,
  {
    position,
    to = position,
    retryInSeconds,
  }: {
    position: string
    to?: string
    retryInSeconds: number
  },
): Promise<void> {
  await trx.query
    .updateTable('event_cursors')
    .set((eb) => ({
      leased_until: sql<Date>`now() + make_interval(secs => ${retryInSeconds})`,
      failures: eb('failures', '+', 1),
      failing_since: eb.fn.coalesce('failing_since', sql<Date>`now()`),
      position: to,
    }))
    .where('workspace_id', '=', trx.workspaceId)
    .where('consumer', '=', consumer)
    .where('position', '=', position)
    .execute()
}
