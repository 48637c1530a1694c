import { type InstallationTransaction, isId, type WebhookDeliveriesTable } from '@plantel/db'
import { type Selectable, sql } from 'kysely'

import { TeamError } from '../errors.ts'

/** What became of an event at an endpoint. */
export interface WebhookDelivery {
  id: string
  /** As in `webhook-id`, the same over all attempts. */
  messageId: string
  workspaceId: string
  eventType: string
  /** Whom it is about; of SCIM events the directory user or group. */
  memberId: string | null
  state: 'delivered' | 'retrying' | 'dead'
  attempts: number
  nextAttemptAt: Date | null
  attemptedAt: Date | null
  /** HTTP status of the last attempt. */
  status: number | null
  /** Why the last attempt failed. */
  error: string | null
  durationMs: number | null
}

/** Which deliveries of an endpoint to list. */
export interface WebhookDeliveryQuery {
  state: WebhookDelivery['state'] | undefined
  workspaceId: string | undefined
  /** `nextCursor` of the page before. */
  after: string | undefined
  limit: number
}

/** The name of a message, by the event's position. */
export function webhookMessageId(position: string): string {
  return `evt_${position}`
}

/** The log of one endpoint, the newest first; whose endpoint it is, the caller has looked at. Throws `invalid-cursor`. */
export async function listWebhookDeliveries(
  query: InstallationTransaction,
  endpointId: string,
  { state, workspaceId, after, limit }: WebhookDeliveryQuery,
): Promise<{ deliveries: WebhookDelivery[]; nextCursor: string | null }> {
  if (after !== undefined && !isId(after)) throw new TeamError('invalid-cursor')
  const { rows } = await sql<Selectable<WebhookDeliveriesTable>>`
    select * from deliveries_of_endpoint(${endpointId}::uuid, ${state ?? null}::text, ${workspaceId ?? null}::uuid,
      ${after ?? null}::uuid, ${limit + 1}::integer)`.execute(query)
  const shown = rows.slice(0, limit)
  return {
    deliveries: shown.map((row) => ({
      id: row.id,
      messageId: webhookMessageId(row.position),
      workspaceId: row.workspace_id,
      eventType: row.event_type,
      memberId: row.member_id,
      state: row.state,
      attempts: row.attempts,
      nextAttemptAt: row.due_at,
      attemptedAt: row.attempted_at,
      status: row.status,
      error: row.error,
      durationMs: row.duration_ms,
    })),
    nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

/** Sends everything since a moment again, in order, as far as events are kept; also from before the endpoint was made. */
export async function replayWebhooks(
  query: InstallationTransaction,
  endpointId: string,
  since: Date,
): Promise<void> {
  await query
    .updateTable('webhook_endpoints')
    .set((eb) => ({ starts_at: eb.fn<Date>('least', ['starts_at', eb.val(since)]) }))
    .where('id', '=', endpointId)
    .execute()
  await sql`select replay_webhooks(${endpointId}::uuid, ${since}::timestamptz)`.execute(query)
}

/** Tries everything again that was given up; answers how many events that are. */
export async function retryDeadWebhooks(
  query: InstallationTransaction,
  endpointId: string,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select retry_dead_webhooks(${endpointId}::uuid) as count`.execute(query)
  return rows[0]?.count ?? 0
}
