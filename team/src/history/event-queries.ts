import type { Database, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import type { EventType } from './record-change.ts'

/** An event in the order consumers read it. */
export interface SequencedEvent {
  /** Decimal text; grows in the order of commits within a member. */
  position: string
  /** `job.changed` is for open pages and no webhook. */
  type: EventType | 'job.changed'
  memberId: string | null
  payload: Record<string, unknown>
  requestId: string
  occurredAt: Date
}

const sequenceBatch = 1_000

/**
 * Gives committed events their position; whoever reads events calls it first. Several replicas may
 * call it at once: they take turns.
 */
export async function sequenceEvents(db: Database): Promise<void> {
  for (;;) {
    const { rows } = await db.inBackground(() =>
      sql<{ count: number }>`select count from sequence_events(${sequenceBatch}) as count`.execute(
        db.query,
      ),
    )
    if ((rows[0]?.count ?? 0) < sequenceBatch) return
  }
}

/** Events after a position, oldest first; unsequenced ones come with a later call. */
export async function readEvents(
  trx: WorkspaceTransaction,
  afterPosition: string,
  limit: number,
): Promise<SequencedEvent[]> {
  const rows = await trx.query
    .selectFrom('events')
    .select(eventColumns)
    .where('workspace_id', '=', trx.workspaceId)
    .where('position', '>', afterPosition)
    .orderBy('position')
    .limit(limit)
    .execute()
  return rows.map(toEvent)
}

/** How many events are looked through for those that a consumer wants: reading that many takes milliseconds. */
const maxLookedThrough = 5_000

/**
 * Events of some types after a position, oldest first, and the position up to which the others can be passed over; it is
 * `after` where nothing came since. `more` says that it did not look to the end.
 */
export async function readEventsOfTypes(
  trx: WorkspaceTransaction,
  types: ReadonlySet<SequencedEvent['type']>,
  { after, limit }: { after: string; limit: number },
): Promise<{ events: SequencedEvent[]; upTo: string; more: boolean }> {
  const { rows } = await sql<{ position: string | null; count: number }>`
    select max(position)::text as position, count(*)::integer as count from (
      select position from events where workspace_id = ${trx.workspaceId} and position > ${after}
      order by position limit ${maxLookedThrough}
    ) looked`.execute(trx.query)
  const end = rows[0]?.position ?? after
  const found = await trx.query
    .selectFrom('events')
    .select(eventColumns)
    .where('workspace_id', '=', trx.workspaceId)
    .where('position', '>', after)
    .where('position', '<=', end)
    .where('type', 'in', [...types])
    .orderBy('position')
    .limit(limit)
    .execute()
  const events = found.map(toEvent)
  const last = events.at(-1)
  if (last !== undefined && events.length === limit)
    return { events, upTo: last.position, more: true }
  return { events, upTo: end, more: rows[0]?.count === maxLookedThrough }
}

const eventColumns = [
  'position',
  'type',
  'member_id',
  'payload',
  'request_id',
  'occurred_at',
] as const

function toEvent(row: {
  position: string
  type: string
  member_id: string | null
  payload: Record<string, unknown>
  request_id: string
  occurred_at: Date
}): SequencedEvent {
  return {
    position: row.position,
    type: row.type as SequencedEvent['type'],
    memberId: row.member_id,
    payload: row.payload,
    requestId: row.request_id,
    occurredAt: row.occurred_at,
  }
}

/** Position of the newest sequenced event of the workspace; `0` when there is none. */
export async function latestPosition(trx: WorkspaceTransaction): Promise<string> {
  const row = await trx.prepared
    .selectFrom('events')
    .select((eb) => eb.fn.max('position').as('position'))
    .where('workspace_id', '=', trx.workspaceId)
    .executeTakeFirst()
  return row?.position ?? '0'
}
