import type { Database, InstallationTransaction } from '@plantel/db'
import { sql } from 'kysely'

import type { SequencedEvent } from './event-queries.ts'
import { internalEventTypes } from './internal-events.ts'

/** An event with the workspace it happened in. */
export interface HostSequencedEvent extends SequencedEvent {
  workspace: { id: string; slug: string }
}

/** Which of a host's events to read. */
export interface HostEventQuery {
  /** Position of the last one that was read; `0` is before the first that is kept. */
  after: string
  workspaceId?: string | undefined
  types?: readonly string[] | undefined
  limit: number
}

/** Events of all of a host's workspaces in one order, deleted workspaces included. */
export async function readHostEvents(
  query: InstallationTransaction | Database['query'],
  hostId: string,
  { after, workspaceId, types, limit }: HostEventQuery,
): Promise<HostSequencedEvent[]> {
  const { rows } = await sql<{
    workspace_id: string
    slug: string
    event_position: string
    type: string
    member_id: string | null
    payload: Record<string, unknown>
    request_id: string
    occurred_at: Date
  }>`
    select * from events_of_host(${hostId}::uuid, ${workspaceId ?? null}::uuid, ${after}::bigint,
      ${[...internalEventTypes]}::text[], ${types === undefined ? null : [...types]}::text[], ${limit}::integer)
    `.execute(query)
  return rows.map((row) => ({
    position: row.event_position,
    type: row.type as SequencedEvent['type'],
    memberId: row.member_id,
    payload: row.payload,
    requestId: row.request_id,
    occurredAt: row.occurred_at,
    workspace: { id: row.workspace_id, slug: row.slug },
  }))
}

/** The newest position that was given to any event: everything up to it can be read. */
export async function latestHostPosition(
  query: InstallationTransaction | Database['query'],
): Promise<string> {
  const { rows } = await sql<{ position: string }>`
    select latest_event_position() as position`.execute(query)
  return rows[0]?.position ?? '0'
}
