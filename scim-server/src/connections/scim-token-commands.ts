import { createId, createSecretToken, isId, type WorkspaceTransaction } from '@plantel/db'
import { recordChanges } from '@plantel/team'

import { isNetwork } from './network-list.ts'
import { lockScimConnection } from './scim-connection-commands.ts'
import { ScimConnectionError } from './scim-connection-error.ts'
import { yearsAfter } from './years-after.ts'

/** What a new bearer token may do, and from where. */
export interface NewScimToken {
  /** In a year unless told; at most in three. */
  expiresAt?: Date | undefined
  /** `read` may look and search, and change nothing. */
  scope?: 'full' | 'read' | undefined
  /** Addresses and networks in CIDR notation; none is anywhere. */
  allowedNetworks?: readonly string[] | undefined
}

const maxActiveTokens = 2

/**
 * Makes a bearer token; the plain text is never to be had again. Throws `connection-not-found`,
 * `too-many-active-tokens`, `expiry-out-of-range` and `network-invalid`.
 */
export async function createScimToken(
  trx: WorkspaceTransaction,
  connectionId: string,
  token: NewScimToken = {},
): Promise<{ id: string; plainToken: string; expiresAt: Date }> {
  const { scope = 'full', allowedNetworks = [] } = token
  const expiresAt = token.expiresAt ?? yearsAfter(trx.now, 1)
  if (expiresAt <= trx.now || expiresAt > yearsAfter(trx.now, 3)) {
    throw new ScimConnectionError('expiry-out-of-range')
  }
  if (!allowedNetworks.every(isNetwork)) throw new ScimConnectionError('network-invalid')
  // Two tokens made at the same time must count each other.
  await lockScimConnection(trx, connectionId)
  const active = await trx.query
    .selectFrom('scim_tokens')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', connectionId)
    .where('kind', '=', 'static')
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', trx.now)
    .execute()
  if (active.length >= maxActiveTokens) throw new ScimConnectionError('too-many-active-tokens')
  const id = createId()
  const { plainToken, tokenHash } = createSecretToken('plt_scim')
  await trx.query
    .insertInto('scim_tokens')
    .values({
      workspace_id: trx.workspaceId,
      connection_id: connectionId,
      id,
      token_hash: tokenHash,
      expires_at: expiresAt,
      scope,
      allowed_networks: [...allowedNetworks],
    })
    .execute()
  await recordToken(trx, 'scim_connection.token_created', connectionId, {
    tokenId: id,
    expiresAt: expiresAt.toISOString(),
    scope,
    allowedNetworks,
  })
  return { id, plainToken, expiresAt }
}

/**
 * Ends a token: refused everywhere within a second. One that is revoked already stays so. Throws
 * `connection-not-found` and `token-not-found`.
 */
export async function revokeScimToken(
  trx: WorkspaceTransaction,
  connectionId: string,
  tokenId: string,
): Promise<void> {
  await lockScimConnection(trx, connectionId)
  const row = isId(tokenId)
    ? await trx.query
        .updateTable('scim_tokens')
        .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(trx.now)) }))
        .where('workspace_id', '=', trx.workspaceId)
        .where('connection_id', '=', connectionId)
        .where('kind', '=', 'static')
        .where('id', '=', tokenId)
        .returning('id')
        .executeTakeFirst()
    : undefined
  if (row === undefined) throw new ScimConnectionError('token-not-found')
  await recordToken(trx, 'scim_connection.token_revoked', connectionId, { tokenId })
}

/** Ends every access token that the token endpoint issued; refused everywhere within a second. Throws `connection-not-found`. */
export async function revokeAccessTokens(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<{ revoked: number }> {
  await lockScimConnection(trx, connectionId)
  const { numDeletedRows } = await trx.query
    .deleteFrom('scim_tokens')
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', connectionId)
    .where('kind', '=', 'access')
    .executeTakeFirstOrThrow()
  const revoked = Number(numDeletedRows)
  await recordToken(trx, 'scim_connection.access_tokens_revoked', connectionId, { revoked })
  return { revoked }
}

async function recordToken(
  trx: WorkspaceTransaction,
  action: string,
  connectionId: string,
  after: Record<string, unknown>,
): Promise<void> {
  const subject = { kind: 'scim_connection', id: connectionId } as const
  await recordChanges(trx, [{ action, subject, before: null, after }])
}
