import { randomBytes } from 'node:crypto'

import { createId, type Database, type Schema, type Sealer } from '@plantel/db'
import type { Transaction } from 'kysely'

import { TeamError } from '../errors.ts'

const secretPlace = 'webhook_endpoints.sealed_secret'

/** Where a host is told of every change. */
export interface WebhookEndpoint {
  id: string
  hostId: string
  url: string
  /** `whsec_` and base64, as Standard Webhooks writes it; throws when it was sealed under another secret. */
  openSecret: () => string
  /** Events from before are not its business. */
  createdAt: Date
}

/** Registers an endpoint; the same URL again keeps the endpoint and gives it a new secret. */
export async function createWebhookEndpoint(
  query: Transaction<Schema>,
  sealer: Sealer,
  hostId: string,
  draft: { url: string },
): Promise<{ id: string; secret: string }> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const sealedSecret = sealer.seal(secret, secretPlace)
  const { id } = await query
    .insertInto('webhook_endpoints')
    .values({ id: createId(), host_id: hostId, url: draft.url, sealed_secret: sealedSecret })
    .onConflict((conflict) =>
      conflict
        .constraint('webhook_endpoints_url_unique')
        .doUpdateSet({ sealed_secret: sealedSecret }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return { id, secret }
}

/** A host's endpoints without their secrets, oldest first. */
export async function listHostWebhookEndpoints(
  db: Database,
  hostId: string,
): Promise<{ id: string; url: string; createdAt: Date }[]> {
  const rows = await db.query
    .selectFrom('webhook_endpoints')
    .select(['id', 'url', 'created_at'])
    .where('host_id', '=', hostId)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ id: row.id, url: row.url, createdAt: row.created_at }))
}

/** Nothing is sent there any more, not even what is waiting; throws `webhook-endpoint-not-found`. */
export async function deleteWebhookEndpoint(
  query: Transaction<Schema>,
  hostId: string,
  endpointId: string,
): Promise<void> {
  const { numDeletedRows } = await query
    .deleteFrom('webhook_endpoints')
    .where('id', '=', endpointId)
    .where('host_id', '=', hostId)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw new TeamError('webhook-endpoint-not-found', endpointId)
}

/** Every host's endpoints, for whoever delivers: one that can't be opened must not keep the others from it. */
export async function listWebhookEndpoints(
  db: Database,
  sealer: Sealer,
): Promise<WebhookEndpoint[]> {
  const rows = await db.query.selectFrom('webhook_endpoints').selectAll().orderBy('id').execute()
  return rows.map((row) => ({
    id: row.id,
    hostId: row.host_id,
    url: row.url,
    openSecret: () => sealer.open(row.sealed_secret, secretPlace),
    createdAt: row.created_at,
  }))
}
