import {
  createId,
  createSecretToken,
  hashToken,
  isId,
  type WorkspaceTransaction,
} from '@plantel/db'
import { recordChanges } from '@plantel/team'

import { lockScimConnection } from './scim-connection-commands.ts'
import { ScimConnectionError } from './scim-connection-error.ts'
import { readScimConnection } from './scim-connection-queries.ts'
import { yearsAfter } from './years-after.ts'

/** A client secret without the secret. */
export interface ClientSecretView {
  id: string
  createdAt: Date
  expiresAt: Date
  /** When the newest access token was issued for it. */
  lastUsedAt: Date | null
}

const maxActiveSecrets = 3

/**
 * Makes a client secret, valid for one to three years; the client id is the connection's id. The plain text is never
 * to be had again. Throws `connection-not-found` and `too-many-active-secrets`.
 */
export async function createClientSecret(
  trx: WorkspaceTransaction,
  connectionId: string,
  validYears: 1 | 2 | 3 = 1,
): Promise<{ id: string; plainSecret: string; expiresAt: Date }> {
  await lockScimConnection(trx, connectionId)
  const active = await findActiveSecrets(trx, connectionId)
  if (active.length >= maxActiveSecrets) throw new ScimConnectionError('too-many-active-secrets')
  const id = createId()
  const { plainToken, tokenHash } = createSecretToken('plt_scim_secret')
  const expiresAt = yearsAfter(trx.now, validYears)
  await trx.query
    .insertInto('scim_client_secrets')
    .values({
      workspace_id: trx.workspaceId,
      connection_id: connectionId,
      id,
      secret_hash: tokenHash,
      expires_at: expiresAt,
    })
    .execute()
  await record(trx, 'scim_connection.client_secret_created', connectionId, id)
  return { id, plainSecret: plainToken, expiresAt }
}

/** Every client secret, the newest first. Throws `connection-not-found`. */
export async function listClientSecrets(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<ClientSecretView[]> {
  const { id } = await readScimConnection(trx, connectionId)
  const rows = await trx.query
    .selectFrom('scim_client_secrets')
    .select(['id', 'created_at', 'expires_at', 'last_used_at'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', id)
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }))
}

/**
 * Deletes a client secret and with it the access tokens issued for it. Throws `connection-not-found` and
 * `client-secret-not-found`.
 */
export async function deleteClientSecret(
  trx: WorkspaceTransaction,
  connectionId: string,
  secretId: string,
): Promise<void> {
  await lockScimConnection(trx, connectionId)
  const row = isId(secretId)
    ? await trx.query
        .deleteFrom('scim_client_secrets')
        .where('workspace_id', '=', trx.workspaceId)
        .where('connection_id', '=', connectionId)
        .where('id', '=', secretId)
        .returning('id')
        .executeTakeFirst()
    : undefined
  if (row === undefined) throw new ScimConnectionError('client-secret-not-found')
  await record(trx, 'scim_connection.client_secret_deleted', connectionId, secretId)
}

/** The active client secret with this plain text; compared by hash of 256 random bits, which no timing tells about. */
export async function findClientSecret(
  trx: WorkspaceTransaction,
  connectionId: string,
  plainSecret: string,
): Promise<{ id: string; expiresAt: Date } | undefined> {
  const hash = hashToken(plainSecret)
  const secrets = await findActiveSecrets(trx, connectionId)
  const found = secrets.find((secret) => secret.secret_hash.equals(hash))
  return found === undefined ? undefined : { id: found.id, expiresAt: found.expires_at }
}

function findActiveSecrets(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<{ id: string; secret_hash: Buffer; expires_at: Date }[]> {
  return trx.query
    .selectFrom('scim_client_secrets')
    .select(['id', 'secret_hash', 'expires_at'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', connectionId)
    .where('expires_at', '>', trx.now)
    .execute()
}

async function record(
  trx: WorkspaceTransaction,
  action: string,
  connectionId: string,
  secretId: string,
): Promise<void> {
  const subject = { kind: 'scim_connection', id: connectionId } as const
  await recordChanges(trx, [{ action, subject, before: null, after: { secretId } }])
}
