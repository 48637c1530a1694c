import { testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'
import { createClientSecret } from './client-secrets.ts'
import { warnOfExpiry } from './expiry-warnings.ts'
import { revokeScimToken } from './scim-token-commands.ts'
import { listScimTokens } from './scim-token-queries.ts'

/** Lets the credentials of a client end in so many days, as if made so many before. */
async function endIn(client: ScimClient, days: number, madeBefore = 300): Promise<void> {
  await client.inWorkspace(async (trx) => {
    for (const table of ['scim_tokens', 'scim_client_secrets'] as const) {
      await trx.query
        .updateTable(table)
        .set({
          expires_at: sql<Date>`now() + make_interval(days => ${days}::integer)`,
          created_at: sql<Date>`now() - make_interval(days => ${madeBefore}::integer)`,
        })
        .where('workspace_id', '=', trx.workspaceId)
        .execute()
    }
  })
}

function warnings(client: ScimClient): Promise<unknown[]> {
  return client.inWorkspace(async (trx) => {
    const rows = await trx.query
      .selectFrom('outbox')
      .select('payload')
      .where('workspace_id', '=', trx.workspaceId)
      .where('type', '=', 'connection.expiring')
      .orderBy('id')
      .execute()
    return rows.map(({ payload }) => payload)
  })
}

describe.each(testEngines)('warnings before credentials end on %s', (engine) => {
  let scim: ScimInstallation

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
  })
  afterAll(() => scim.close())

  test('come 60, 30, 14 and 3 days before, once each, whoever looks', async () => {
    const client = await scim.connect()
    await client.inWorkspace((trx) => createClientSecret(trx, client.connectionId))
    expect(await warnOfExpiry(scim.db)).toBe(0)
    for (const [index, days] of [59, 30, 12, 2].entries()) {
      await endIn(client, days)
      const counts = await Promise.all([warnOfExpiry(scim.db), warnOfExpiry(scim.db)])
      expect(counts.toSorted()).toEqual([0, 2])
      expect(await warnOfExpiry(scim.db)).toBe(0)
      expect(await warnings(client)).toHaveLength(2 * (index + 1))
    }
    const [token] = await client.inWorkspace((trx) => listScimTokens(trx, client.connectionId))
    const scimConnection = { id: client.connectionId }
    expect((await warnings(client)).slice(-2)).toEqual([
      {
        scimConnection,
        credential: {
          kind: 'token',
          id: token?.id,
          expiresAt: token?.expiresAt.toISOString(),
          days: 3,
        },
      },
      { scimConnection, credential: expect.objectContaining({ kind: 'client_secret', days: 3 }) },
    ])
    const audited = await client.inWorkspace((trx) =>
      trx.query
        .selectFrom('audit_entries')
        .select('action')
        .where('workspace_id', '=', trx.workspaceId)
        .where('action', 'like', '%_expiring')
        .execute(),
    )
    expect(audited).toHaveLength(8)
  })

  test('are not of what is revoked, over, or lives for a few days only', async () => {
    const revoked = await scim.connect()
    await endIn(revoked, 2)
    await revoked.inWorkspace(async (trx) => {
      const [token] = await listScimTokens(trx, revoked.connectionId)
      await revokeScimToken(trx, revoked.connectionId, token?.id ?? '')
    })
    const over = await scim.connect()
    await endIn(over, -1)
    const short = await scim.connect()
    await endIn(short, 10, 1)
    expect(await warnOfExpiry(scim.db)).toBe(0)
    await endIn(short, 3, 8)
    expect(await warnOfExpiry(scim.db)).toBe(1)
  })
})
