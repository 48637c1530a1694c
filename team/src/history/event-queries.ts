import type { Database, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import type { EventType } from './record-change.ts'

/** An outbox event in the order consumers read it. */
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
    const { rows } = await sql`select * from sequence_events(${sequenceBatch})`.execute(db.query)
    if (rows.length === 0) return
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
    .select(['position', 'type', 'member_id', 'payload', 'request_id', 'occurred_at'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('position', '>', afterPosition)
    .orderBy('position')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    position: row.position ?? '0',
    type: row.type as SequencedEvent['type'],
    memberId: row.member_id,
    payload: row.payload,
    requestId: row.request_id,
    occurredAt: row.occurred_at,
  }))
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
