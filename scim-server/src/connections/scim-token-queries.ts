import {
  type Database,
  inWorkspace,
  readInWorkspace,
  type ScimTokenScope,
  type WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'

import {
  authenticator,
  readScimConnection,
  type ScimConnection,
  toConnection,
} from './scim-connection-queries.ts'

/** A stored token with the connection that it opens. */
export interface ScimTokenGrant {
  readonly connection: ScimConnection
  readonly tokenId: string
  readonly scope: ScimTokenScope
  readonly allowedNetworks: readonly string[]
  readonly expiresAt: Date
  readonly revokedAt: Date | null
  readonly lastUsedAt: Date | null
}

/** Finds a token by its hash; whether it may still be used is for the caller to judge. */
export async function findTokenGrant(
  db: Database,
  tokenHash: Buffer,
): Promise<ScimTokenGrant | undefined> {
  const { rows } = await sql<{ workspace_id: string; token_id: string }>`
    select workspace_id, token_id from find_scim_token(${tokenHash})`.execute(db.query)
  const [found] = rows
  if (found === undefined) return undefined
  const row = await readInWorkspace(
    db,
    found.workspace_id,
    authenticator,
    (trx) =>
      trx.prepared
        .selectFrom('scim_tokens as t')
        .innerJoin('scim_connections as c', (join) =>
          join.onRef('c.workspace_id', '=', 't.workspace_id').onRef('c.id', '=', 't.connection_id'),
        )
        .innerJoin('workspaces as w', 'w.id', 'c.workspace_id')
        .select(['t.expires_at', 't.revoked_at', 't.last_used_at', 't.scope', 't.allowed_networks'])
        .select(['c.id', 'c.idp', 'c.profile', 'c.patch_response', 'c.state', 'w.deleted_at'])
        .where('t.workspace_id', '=', trx.workspaceId)
        .where('t.id', '=', found.token_id)
        .executeTakeFirst(),
    { eager: true },
  )
  if (row === undefined) return undefined
  return {
    connection: toConnection(found.workspace_id, row),
    tokenId: found.token_id,
    scope: row.scope,
    allowedNetworks: row.allowed_networks,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  }
}

/** Remembers when and from where a token was used, at most once a minute whatever replicas know. */
export async function recordTokenUse(
  db: Database,
  { connection, tokenId }: ScimTokenGrant,
  address: string,
): Promise<void> {
  await inWorkspace(db, connection.workspaceId, authenticator, async (trx) => {
    await trx.query
      .updateTable('scim_tokens')
      .set({ last_used_at: trx.now, last_used_from: address === '' ? null : address })
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', tokenId)
      .where((eb) =>
        eb.or([
          eb('last_used_at', 'is', null),
          eb('last_used_at', '<', new Date(trx.now.getTime() - 60_000)),
        ]),
      )
      .execute()
  })
}

/** A bearer token without its secret. */
export interface ScimTokenView {
  id: string
  scope: ScimTokenScope
  allowedNetworks: string[]
  createdAt: Date
  expiresAt: Date
  revokedAt: Date | null
  /** Fresh to a minute. */
  lastUsedAt: Date | null
  lastUsedFrom: string | null
}

/** The tokens that administrators made, the newest first. Throws `connection-not-found`. */
export async function listScimTokens(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<ScimTokenView[]> {
  const { id } = await readScimConnection(trx, connectionId)
  const rows = await trx.query
    .selectFrom('scim_tokens')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', id)
    .where('kind', '=', 'static')
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    scope: row.scope,
    allowedNetworks: row.allowed_networks,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    lastUsedFrom: row.last_used_from,
  }))
}
