import { randomBytes } from 'node:crypto'

import { createId, type Database, type Schema, type Sealer } from '@plantel/db'
import type { Transaction } from 'kysely'

const secretPlace = 'webhook_endpoints.sealed_secret'

/** Where a host is told of every change. */
export interface WebhookEndpoint {
  id: string
  hostId: string
  url: string
  /** `whsec_` and base64, as Standard Webhooks writes it. */
  secret: string
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

export async function listWebhookEndpoints(
  db: Database,
  sealer: Sealer,
): Promise<WebhookEndpoint[]> {
  const rows = await db.query.selectFrom('webhook_endpoints').selectAll().orderBy('id').execute()
  return rows.map((row) => ({
    id: row.id,
    hostId: row.host_id,
    url: row.url,
    secret: sealer.open(row.sealed_secret, secretPlace),
  }))
}
