import { createId, type Sealer, type WorkspaceTransaction } from '@plantel/db'

import type { CertifiedKey } from '../saml/self-signed-certificate.ts'
import { recordConnection } from './record-connection.ts'
import type { ConnectionKey } from './sso-connection.ts'

/** Where our private keys are stored; they open nowhere else. */
const keyPlace = 'saml_keys.sealed_private_key'

/** Our key pairs of a connection, the newest first. */
export async function readKeys(
  { query, workspaceId }: WorkspaceTransaction,
  sealer: Sealer,
  connectionId: string,
): Promise<ConnectionKey[]> {
  const rows = await query
    .selectFrom('saml_keys')
    .select(['state', 'certificate', 'sealed_private_key'])
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .orderBy('created_at', 'desc')
    .execute()
  return rows.map(({ state, certificate, sealed_private_key: sealed }) => ({
    state,
    certificate,
    privateKey: sealer.open(sealed, keyPlace),
  }))
}

export async function addKey(
  { query, workspaceId }: WorkspaceTransaction,
  sealer: Sealer,
  connectionId: string,
  state: 'next' | 'current',
  key: CertifiedKey,
): Promise<void> {
  await query
    .insertInto('saml_keys')
    .values({
      workspace_id: workspaceId,
      connection_id: connectionId,
      id: createId(),
      state,
      certificate: key.certificate,
      sealed_private_key: sealer.seal(key.privateKey, keyPlace),
      expires_at: key.expiresAt,
    })
    .execute()
}

/**
 * One step of the rotation of our key. With `key`, which is published beside the current one, so that identity providers
 * can learn it; without, the published one takes over and the former still decrypts. An OpenID connection with a client
 * secret signs from then on, and forgets the secret. False when there is nothing to step to, or a step is under way
 * already; undefined when the workspace has no such connection.
 */
export async function rotateConnectionKey(
  trx: WorkspaceTransaction,
  sealer: Sealer,
  connectionId: string,
  key?: CertifiedKey,
): Promise<boolean | undefined> {
  const { query, workspaceId } = trx
  const connection = await query
    .selectFrom('sso_connections')
    .select('kind')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', connectionId)
    .forUpdate()
    .executeTakeFirst()
  if (connection === undefined) return undefined
  const known = await query
    .selectFrom('saml_keys')
    .select(['id', 'state'])
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .execute()
  const next = known.find(({ state }) => state === 'next')
  if (key !== undefined) {
    if (next !== undefined) return false
    await addKey(trx, sealer, connectionId, 'next', key)
    const after = { expiresAt: key.expiresAt }
    await recordConnection(trx, 'sso_connection.key_published', connectionId, null, after)
    return true
  }
  if (next === undefined) return false
  await query
    .deleteFrom('saml_keys')
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .where('state', '=', 'previous')
    .execute()
  for (const [from, to] of [
    ['current', 'previous'],
    ['next', 'current'],
  ] as const) {
    await query
      .updateTable('saml_keys')
      .set({ state: to })
      .where('workspace_id', '=', workspaceId)
      .where('connection_id', '=', connectionId)
      .where('state', '=', from)
      .execute()
  }
  if (connection.kind === 'oidc') {
    await query
      .updateTable('sso_connections')
      .set({ sealed_client_secret: null })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', connectionId)
      .execute()
  }
  const after = { keyId: next.id }
  await recordConnection(trx, 'sso_connection.key_activated', connectionId, null, after)
  return true
}

/** Forgets our keys of a connection, which has a secret instead. */
export async function deleteKeys(
  { query, workspaceId }: WorkspaceTransaction,
  connectionId: string,
): Promise<void> {
  await query
    .deleteFrom('saml_keys')
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .execute()
}
