import { randomBytes } from 'node:crypto'

import {
  createId,
  type Database,
  type InstallationTransaction,
  isUniqueViolation,
  type Sealer,
  violatedConstraint,
  type WebhookEndpointsTable,
} from '@plantel/db'
import { type Selectable, sql } from 'kysely'

import { TeamError } from '../errors.ts'

const secretPlace = 'webhook_endpoints.sealed_secret'
const urlTaken = 'webhook_endpoints_url_unique'

/** What an endpoint is sent: a host's events by Standard Webhooks, or directories' as Security Event Tokens (RFC 9967). */
export type WebhookFormat = 'webhook' | 'scim-events'

/** What is chosen about an endpoint. */
export interface WebhookEndpointDraft {
  url: string
  /** Null is every workspace of the host. */
  workspaceId?: string | null
  description?: string
  /** For good; `webhook` unless told. */
  format?: WebhookFormat
  /** Null is everything, as it must be for SCIM events. */
  eventTypes?: readonly string[] | null
}

/** What of an endpoint may be changed; what is absent stays. */
export interface WebhookEndpointEdit {
  url?: string | undefined
  description?: string | undefined
  eventTypes?: readonly string[] | null | undefined
  enabled?: boolean | undefined
}

/** An endpoint as it is shown: without its secret. */
export interface WebhookEndpointView {
  id: string
  url: string
  workspaceId: string | null
  description: string
  format: WebhookFormat
  eventTypes: string[] | null
  enabled: boolean
  /** Until when deliveries carry a second signature, by the secret before; null is not. */
  formerSecretEndsAt: Date | null
  createdAt: Date
}

/** How an endpoint fares. */
export interface WebhookHealth {
  /** Events that are tried again. */
  retrying: number
  /** Events that were given up. */
  dead: number
  /** Since when nothing at all arrives there; null while something does. */
  failingSince: Date | null
  lastDeliveredAt: Date | null
}

/** Where a host is told of changes, for whoever delivers. */
export interface WebhookEndpoint {
  id: string
  hostId: string
  url: string
  format: WebhookFormat
  eventTypes: string[] | null
  /** Events from before are not its business. */
  startsAt: Date
  /**
   * `whsec_` and base64, as Standard Webhooks writes it, the newest first; throws when they were sealed under another
   * secret.
   */
  openSecrets: () => string[]
}

/**
 * Registers an endpoint; the same URL again keeps the endpoint and gives it a new secret. Throws `webhook-url-taken` for
 * one that is sent the other format, and `webhook-types-fixed` where types are chosen that its format knows not.
 */
export async function createWebhookEndpoint(
  query: InstallationTransaction,
  sealer: Sealer,
  hostId: string,
  draft: WebhookEndpointDraft,
): Promise<{ id: string; secret: string }> {
  const { format = 'webhook', eventTypes = null } = draft
  if (format === 'scim-events' && eventTypes !== null) throw new TeamError('webhook-types-fixed')
  const secret = createSecret()
  const sealedSecret = sealer.seal(secret, secretPlace)
  const created = await query
    .insertInto('webhook_endpoints')
    .values({
      id: createId(),
      host_id: hostId,
      workspace_id: draft.workspaceId ?? null,
      url: draft.url,
      description: draft.description ?? '',
      format,
      event_types: eventTypes === null ? null : [...eventTypes],
      sealed_secret: sealedSecret,
    })
    .onConflict((conflict) =>
      conflict
        .constraint(urlTaken)
        .doUpdateSet({
          sealed_secret: sealedSecret,
          former_sealed_secret: null,
          former_secret_ends_at: null,
        })
        .where('webhook_endpoints.format', '=', format),
    )
    .returning('id')
    .executeTakeFirst()
  if (created === undefined) throw new TeamError('webhook-url-taken', draft.url)
  return { id: created.id, secret }
}

/** A host's endpoints, oldest first. */
export async function listHostWebhookEndpoints(
  db: Database,
  hostId: string,
): Promise<WebhookEndpointView[]> {
  const rows = await db.query
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('host_id', '=', hostId)
    .orderBy('id')
    .execute()
  return rows.map(viewOf)
}

/** One of a host's endpoints and how it fares; throws `webhook-endpoint-not-found`. */
export async function readWebhookEndpoint(
  query: InstallationTransaction,
  hostId: string,
  endpointId: string,
): Promise<WebhookEndpointView & { health: WebhookHealth }> {
  const row = await query
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('id', '=', endpointId)
    .where('host_id', '=', hostId)
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('webhook-endpoint-not-found', endpointId)
  const { rows } = await sql<{
    retrying: string
    dead: string
    failing_since: Date | null
    delivered_at: Date | null
  }>`select * from webhook_health(${endpointId}::uuid)`.execute(query)
  const [health] = rows
  return {
    ...viewOf(row),
    health: {
      retrying: Number(health?.retrying ?? 0),
      dead: Number(health?.dead ?? 0),
      failingSince: health?.failing_since ?? null,
      lastDeliveredAt: health?.delivered_at ?? null,
    },
  }
}

/**
 * Throws `webhook-endpoint-not-found`, `webhook-url-taken` for the URL of another endpoint, and `webhook-types-fixed` for
 * types of one that is sent SCIM events.
 */
export async function editWebhookEndpoint(
  query: InstallationTransaction,
  hostId: string,
  endpointId: string,
  { url, description, eventTypes, enabled }: WebhookEndpointEdit,
): Promise<void> {
  try {
    const { numUpdatedRows } = await query
      .updateTable('webhook_endpoints')
      .set((eb) => ({
        // Something must be set, or there is no statement.
        host_id: hostId,
        ...(url === undefined ? {} : { url }),
        ...(description === undefined ? {} : { description }),
        ...(eventTypes === undefined
          ? {}
          : { event_types: eventTypes === null ? null : [...eventTypes] }),
        ...(enabled === undefined
          ? {}
          : {
              disabled_at: enabled ? null : eb.fn.coalesce('disabled_at', eb.fn<Date>('now')),
            }),
      }))
      .where('id', '=', endpointId)
      .where('host_id', '=', hostId)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw new TeamError('webhook-endpoint-not-found', endpointId)
  } catch (error) {
    if (violatedConstraint(error) === 'webhook_endpoints_scim_events_all') {
      throw new TeamError('webhook-types-fixed', endpointId, { cause: error })
    }
    if (!isUniqueViolation(error, urlTaken)) throw error
    throw new TeamError('webhook-url-taken', url, { cause: error })
  }
}

/**
 * Gives an endpoint a new secret; until the overlap is over, deliveries are signed with the former one too. Throws
 * `webhook-endpoint-not-found`.
 */
export async function rotateWebhookSecret(
  query: InstallationTransaction,
  sealer: Sealer,
  scope: { hostId: string; endpointId: string; overlapSeconds: number },
): Promise<{ secret: string; formerEndsAt: Date }> {
  const secret = createSecret()
  const row = await query
    .updateTable('webhook_endpoints')
    .set((eb) => ({
      sealed_secret: sealer.seal(secret, secretPlace),
      former_sealed_secret: eb.ref('sealed_secret'),
      former_secret_ends_at: sql<Date>`now() + make_interval(secs => ${scope.overlapSeconds})`,
    }))
    .where('id', '=', scope.endpointId)
    .where('host_id', '=', scope.hostId)
    .returning('former_secret_ends_at')
    .executeTakeFirst()
  if (row?.former_secret_ends_at == null) {
    throw new TeamError('webhook-endpoint-not-found', scope.endpointId)
  }
  return { secret, formerEndsAt: row.former_secret_ends_at }
}

/** Nothing is sent there any more, not even what is waiting; throws `webhook-endpoint-not-found`. */
export async function deleteWebhookEndpoint(
  query: InstallationTransaction,
  hostId: string,
  endpointId: string,
): Promise<void> {
  const { numDeletedRows } = await query
    .deleteFrom('webhook_endpoints')
    .where('id', '=', endpointId)
    .where('host_id', '=', hostId)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw new TeamError('webhook-endpoint-not-found', endpointId)
  await sql`select forget_consumer(${webhookConsumer(endpointId)})`.execute(query)
}

/** Every host's endpoints that are told, for whoever delivers: one that can't be opened must not keep the others from it. */
export async function listWebhookEndpoints(
  db: Database,
  sealer: Sealer,
): Promise<WebhookEndpoint[]> {
  const rows = await db.query
    .selectFrom('webhook_endpoints')
    .selectAll()
    .select(sql<boolean>`coalesce(former_secret_ends_at > now(), false)`.as('overlaps'))
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map((row) => toEndpoint(row, row.overlaps, sealer))
}

/** One endpoint as whoever delivers sees it, also while it is disabled; throws `webhook-endpoint-not-found`. */
export async function loadWebhookEndpoint(
  query: InstallationTransaction,
  sealer: Sealer,
  hostId: string,
  endpointId: string,
): Promise<WebhookEndpoint & { workspaceId: string | null }> {
  const row = await query
    .selectFrom('webhook_endpoints')
    .selectAll()
    .select(sql<boolean>`coalesce(former_secret_ends_at > now(), false)`.as('overlaps'))
    .where('id', '=', endpointId)
    .where('host_id', '=', hostId)
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('webhook-endpoint-not-found', endpointId)
  return { ...toEndpoint(row, row.overlaps, sealer), workspaceId: row.workspace_id }
}

/** Under which name an endpoint remembers how far it has come. */
export function webhookConsumer(endpointId: string): string {
  return `webhook:${endpointId}`
}

function createSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

function viewOf(row: Selectable<WebhookEndpointsTable>): WebhookEndpointView {
  return {
    id: row.id,
    url: row.url,
    workspaceId: row.workspace_id,
    description: row.description,
    format: row.format,
    eventTypes: row.event_types,
    enabled: row.disabled_at === null,
    formerSecretEndsAt: row.former_secret_ends_at,
    createdAt: row.created_at,
  }
}

function toEndpoint(
  row: Selectable<WebhookEndpointsTable>,
  overlaps: boolean,
  sealer: Sealer,
): WebhookEndpoint {
  const sealed = [row.sealed_secret, ...(overlaps ? [row.former_sealed_secret ?? ''] : [])]
  return {
    id: row.id,
    hostId: row.host_id,
    url: row.url,
    format: row.format,
    eventTypes: row.event_types,
    startsAt: row.starts_at,
    openSecrets: () => sealed.map((secret) => sealer.open(secret, secretPlace)),
  }
}
