import { createId, createSecretToken, type WorkspaceTransaction } from '@plantel/db'

/** What an access token is issued for, and goes with. */
export type AccessTokenOrigin =
  | { readonly kind: 'secret'; readonly id: string; readonly expiresAt: Date }
  | { readonly kind: 'trust'; readonly id: string }

/** Entra wants between one and six hours. */
const lifetimeMs = 3_600_000

/** Issues an opaque access token, and sweeps those of the connection that have expired. */
export async function issueAccessToken(
  trx: WorkspaceTransaction,
  connectionId: string,
  origin: AccessTokenOrigin,
): Promise<{ plainToken: string; expiresInSeconds: number }> {
  await trx.query
    .deleteFrom('scim_tokens')
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', connectionId)
    .where('kind', '=', 'access')
    .where('expires_at', '<=', trx.now)
    .execute()
  await trx.query
    .updateTable(origin.kind === 'secret' ? 'scim_client_secrets' : 'scim_client_trusts')
    .set({ last_used_at: trx.now })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', origin.id)
    .execute()
  const { plainToken, tokenHash } = createSecretToken('plt_scim_access')
  const expiresAt = expiryOf(origin, trx.now)
  await trx.query
    .insertInto('scim_tokens')
    .values({
      workspace_id: trx.workspaceId,
      connection_id: connectionId,
      id: createId(),
      kind: 'access',
      token_hash: tokenHash,
      expires_at: expiresAt,
      ...(origin.kind === 'secret' ? { secret_id: origin.id } : { trust_id: origin.id }),
    })
    .execute()
  const expiresInSeconds = Math.floor((expiresAt.getTime() - trx.now.getTime()) / 1_000)
  return { plainToken, expiresInSeconds }
}

/** No token outlives the secret it was issued for. */
function expiryOf(origin: AccessTokenOrigin, now: Date): Date {
  const usual = now.getTime() + lifetimeMs
  return new Date(origin.kind === 'secret' ? Math.min(usual, origin.expiresAt.getTime()) : usual)
}
