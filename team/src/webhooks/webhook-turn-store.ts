import { createId, type Database, type WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import type { DirectoryEventPayload } from '../directory/directory-event.ts'
import { directoryEventTypes } from '../history/directory-event-types.ts'
import type { SequencedEvent } from '../history/event-queries.ts'
import { internalEventTypes } from '../history/internal-events.ts'
import { giveUpAfterMs } from './retry-delay.ts'
import { type WebhookEndpoint, webhookConsumer } from './webhook-endpoint-store.ts'
import {
  type DueDelivery,
  intoLanes,
  type WebhookAttempt,
  type WebhookTurn,
} from './webhook-turn.ts'

/** A workspace whose changes an endpoint is to be told of. */
export interface DueWebhook {
  endpointId: string
  workspaceId: string
  hostId: string
}

/** What has become of a delivery in a turn. */
export interface DeliveryResult {
  event: SequencedEvent
  state: 'delivered' | 'retrying' | 'dead'
  /** Null when its turn did not come. */
  attempt: WebhookAttempt | null
  /** When or in how many seconds it is tried next; null unless `retrying`. */
  due: Date | number | null
}

/** Workspaces that have something for an endpoint and that no replica works on, at most `perEndpoint` of each. */
export async function dueWebhooks(db: Database, perEndpoint: number): Promise<DueWebhook[]> {
  const { rows } = await sql<DueWebhook>`
    select endpoint_id as "endpointId", workspace_id as "workspaceId", host_id as "hostId"
    from due_webhooks(${perEndpoint}::integer)`.execute(db.query)
  return rows
}

interface DueRow {
  position: string
  type: string
  member_id: string | null
  payload: Record<string, unknown>
  request_id: string
  occurred_at: Date
  failing_since: Date | null
  attempts: number
}

/**
 * What is to be tried again first, then what comes after the cursor: of a member who waits nothing is sent, so that
 * their events stay in order.
 */
export async function readWebhookTurn(
  trx: WorkspaceTransaction,
  endpoint: WebhookEndpoint,
  cursor: string,
  limit: number,
): Promise<WebhookTurn> {
  const { workspaceId } = trx
  const { rows: waiting } = await sql<{ member_id: string | null; due_at: Date }>`
    select d.member_id, max(d.due_at) as due_at
    from webhook_deliveries d
    where d.workspace_id = ${workspaceId} and d.endpoint_id = ${endpoint.id} and d.state = 'retrying'
      and d.position <= ${cursor}
    group by d.member_id`.execute(trx.query)
  const behind = await readBehind(trx, endpoint, cursor, limit)
  // Those of a member that did not fit in come before whatever is ahead.
  const places = behind.length < limit ? limit - behind.length : 0
  const { rows: newest } = await sql<{ position: string | null }>`
    select max(position) as position from events where workspace_id = ${workspaceId}`.execute(
    trx.query,
  )
  const latest = newest[0]?.position ?? cursor
  const ahead = places === 0 ? [] : await readAhead(trx, endpoint, { cursor, latest, places })
  const last = ahead.at(-1)?.event.position
  const isAll = places > 0 && ahead.length < places
  return {
    now: trx.now,
    start: cursor,
    lanes: intoLanes(
      [...behind, ...ahead],
      new Map(waiting.map((row) => [row.member_id, row.due_at])),
      trx.now,
    ),
    end: isAll ? greater(latest, cursor) : (last ?? cursor),
  }
}

async function readBehind(
  trx: WorkspaceTransaction,
  { id }: WebhookEndpoint,
  cursor: string,
  limit: number,
): Promise<DueDelivery[]> {
  const { rows } = await sql<DueRow>`
    select e.position, e.type, e.member_id, e.payload, e.request_id, e.occurred_at, d.failing_since, d.attempts
    from webhook_deliveries d join events e on e.position = d.position and e.workspace_id = d.workspace_id
    where d.workspace_id = ${trx.workspaceId} and d.endpoint_id = ${id} and d.state = 'retrying'
      and d.due_at <= now() and d.position <= ${cursor}
    order by d.position limit ${limit}`.execute(trx.query)
  return rows.map((row) => toDelivery(row, false))
}

async function readAhead(
  trx: WorkspaceTransaction,
  endpoint: WebhookEndpoint,
  { cursor, latest, places }: { cursor: string; latest: string; places: number },
): Promise<DueDelivery[]> {
  const { rows } = await sql<DueRow>`
    select e.position, e.type, e.member_id, e.payload, e.request_id, e.occurred_at, d.failing_since,
      coalesce(d.attempts, 0) as attempts
    from events e left join webhook_deliveries d
      on d.workspace_id = e.workspace_id and d.endpoint_id = ${endpoint.id} and d.position = e.position
    where e.workspace_id = ${trx.workspaceId} and e.position > ${cursor} and e.position <= ${latest}
      and ${isWanted(endpoint)}
    order by e.position limit ${places}`.execute(trx.query)
  return rows.map((row) => toDelivery(row, true))
}

/** Whether an event `e` is an endpoint's business. */
function isWanted({ format, eventTypes, startsAt }: WebhookEndpoint): RawBuilder<boolean> {
  const isOfFormat =
    format === 'webhook'
      ? sql`not e.type = any(${[...internalEventTypes]}::text[])`
      : sql`e.type = any(${[...directoryEventTypes]}::text[])`
  return sql`e.occurred_at >= ${startsAt} and ${isOfFormat}
    and (${eventTypes}::text[] is null or e.type = any(${eventTypes}::text[]))`
}

function toDelivery(row: DueRow, isAhead: boolean): DueDelivery {
  return {
    event: {
      position: row.position,
      type: row.type as SequencedEvent['type'],
      memberId: row.member_id ?? resourceIdOf(row),
      payload: row.payload,
      requestId: row.request_id,
      occurredAt: row.occurred_at,
    },
    isAhead,
    failingSince: row.failing_since,
    attempts: row.attempts,
  }
}

/** Directories' events are about nobody yet: those of one resource stay in order as those of a member do. */
function resourceIdOf({ type, payload }: DueRow): string | null {
  if (!directoryEventTypes.some((each) => each === type)) return null
  return (payload as unknown as DirectoryEventPayload).resource.id
}

function greater(one: string, other: string): string {
  return BigInt(one) > BigInt(other) ? one : other
}

/** Writes into the log of deliveries what a turn came to. */
export async function saveDeliveries(
  trx: WorkspaceTransaction,
  endpointId: string,
  results: readonly DeliveryResult[],
): Promise<void> {
  if (results.length === 0) return
  const rows = results.map(({ event, state, attempt, due }) => ({
    position: event.position,
    id: createId(),
    type: event.type,
    member_id: event.memberId,
    state,
    attempts: attempt === null ? 0 : 1,
    due_at: due instanceof Date ? due : null,
    due_in: typeof due === 'number' ? due : null,
    status: attempt?.status ?? null,
    error: attempt?.failure ?? null,
    duration: attempt === null ? null : Math.round(attempt.durationMs),
  }))
  await sql`
    insert into webhook_deliveries as d (workspace_id, endpoint_id, position, id, event_type, member_id, state, attempts,
      due_at, failing_since, attempted_at, status, error, duration_ms)
    select ${trx.workspaceId}::uuid, ${endpointId}::uuid, r.position, r.id, r.type, r.member_id, r.state, r.attempts,
      coalesce(r.due_at, now() + make_interval(secs => r.due_in)),
      case when r.attempts > 0 and r.state <> 'delivered' then now() end,
      case when r.attempts > 0 then now() end, r.status, r.error, r.duration
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (position bigint, id uuid, type text, member_id uuid,
      state text, attempts integer, due_at timestamptz, due_in float8, status integer, error text, duration integer)
    join events e on e.position = r.position and e.workspace_id = ${trx.workspaceId}
    on conflict (workspace_id, endpoint_id, position) do update set
      state = excluded.state, attempts = d.attempts + excluded.attempts, due_at = excluded.due_at,
      failing_since = case when excluded.state = 'delivered' then null
        else coalesce(d.failing_since, excluded.failing_since) end,
      attempted_at = coalesce(excluded.attempted_at, d.attempted_at),
      status = case when excluded.attempts > 0 then excluded.status else d.status end,
      error = case when excluded.attempts > 0 then excluded.error else d.error end,
      duration_ms = coalesce(excluded.duration_ms, d.duration_ms)`.execute(trx.query)
}

/** Lets all of a member's deliveries that are tried again wait together, so that none overtakes another. */
export async function delayLanes(
  trx: WorkspaceTransaction,
  endpointId: string,
  cursor: string,
  lanes: readonly { memberId: string | null; seconds: number }[],
): Promise<void> {
  if (lanes.length === 0) return
  await sql`
    update webhook_deliveries d set due_at = now() + make_interval(secs => l.seconds)
    from jsonb_to_recordset(${JSON.stringify(lanes)}::jsonb) as l ("memberId" uuid, seconds float8)
    where d.workspace_id = ${trx.workspaceId} and d.endpoint_id = ${endpointId} and d.state = 'retrying'
      and d.position <= ${cursor} and d.member_id is not distinct from l."memberId"`.execute(
    trx.query,
  )
}

/**
 * Gives up what has waited too long for an endpoint that takes nothing at all, and answers behind which position that
 * is; undefined where nothing has.
 */
export async function giveUpOverdue(
  trx: WorkspaceTransaction,
  endpoint: WebhookEndpoint,
  cursor: string,
): Promise<string | undefined> {
  const tooOld = sql<Date>`now() - make_interval(secs => ${giveUpAfterMs / 1_000})`
  const { rows } = await sql<{ position: string | null }>`
    select max(e.position) as position from event_cursors c
    join events e on e.workspace_id = c.workspace_id and e.position > c.position and e.occurred_at < ${tooOld}
    where c.workspace_id = ${trx.workspaceId} and c.consumer = ${webhookConsumer(endpoint.id)}
      and c.position = ${cursor} and c.failing_since < ${tooOld}`.execute(trx.query)
  const end = rows[0]?.position ?? undefined
  if (end === undefined) return undefined
  await sql`
    insert into webhook_deliveries as d (workspace_id, endpoint_id, position, id, event_type, member_id, state)
    select e.workspace_id, ${endpoint.id}::uuid, e.position, gen_random_uuid(), e.type,
      coalesce(e.member_id, (e.payload->'resource'->>'id')::uuid), 'dead'
    from events e
    where e.workspace_id = ${trx.workspaceId} and e.position > ${cursor} and e.position <= ${end}
      and ${isWanted(endpoint)}
    on conflict (workspace_id, endpoint_id, position) do update set state = 'dead', due_at = null`.execute(
    trx.query,
  )
  return end
}
