import {
  createId,
  isId,
  type ScimClientTrustsTable,
  type ScimTrustKind,
  type WorkspaceTransaction,
} from '@plantel/db'
import { recordChanges } from '@plantel/team'
import { importJWK, type JWK } from 'jose'
import type { Selectable } from 'kysely'

import { lockScimConnection } from './scim-connection-commands.ts'
import { ScimConnectionError } from './scim-connection-error.ts'
import { readScimConnection } from './scim-connection-queries.ts'

/** Public keys, given once or published at an address. */
export type KeySource = { jwks: { keys: Record<string, unknown>[] } } | { jwksUrl: string }

/** Whose signed assertions to believe. */
export type NewClientTrust =
  /** The client signs for itself: RFC 7523 with the connection's id as issuer and subject. */
  | { kind: 'private_key_jwt'; keys: KeySource }
  /** An identity provider signs for one of its workloads, as Entra's workload identity federation does. */
  | {
      kind: 'workload_identity'
      issuer: string
      subject: string
      audience: string
      jwksUrl: string
      /** Value that the claim `tid` must have. */
      directoryTenant?: string | undefined
    }

/** A trust as it is kept. */
export interface ClientTrust {
  id: string
  kind: ScimTrustKind
  issuer: string
  subject: string
  /** Null where the assertion must name the token endpoint. */
  audience: string | null
  directoryTenant: string | null
  keys: KeySource
  createdAt: Date
  lastUsedAt: Date | null
}

/** What an assertion may be signed with; a shared secret would let every verifier sign. */
export const assertionAlgorithms: readonly string[] = ['RS256', 'ES256']

const maxTrusts = 5
/** MUST: RS256 → at least 2048 bits. RFC 7518 §3.3 */
const minRsaBytes = 256

/** Makes a trust. Throws `connection-not-found`, `too-many-trusts` and `jwks-invalid`. */
export async function createClientTrust(
  trx: WorkspaceTransaction,
  connectionId: string,
  trust: NewClientTrust,
): Promise<{ id: string }> {
  await lockScimConnection(trx, connectionId)
  const known = await listClientTrusts(trx, connectionId)
  if (known.length >= maxTrusts) throw new ScimConnectionError('too-many-trusts')
  const keys = trust.kind === 'private_key_jwt' ? trust.keys : { jwksUrl: trust.jwksUrl }
  if ('jwks' in keys) await assertPublicKeys(keys.jwks.keys)
  const id = createId()
  await trx.query
    .insertInto('scim_client_trusts')
    .values({
      workspace_id: trx.workspaceId,
      connection_id: connectionId,
      id,
      kind: trust.kind,
      jwks: 'jwks' in keys ? JSON.stringify(keys.jwks) : null,
      jwks_url: 'jwks' in keys ? null : keys.jwksUrl,
      ...(trust.kind === 'private_key_jwt'
        ? { issuer: connectionId, subject: connectionId }
        : {
            issuer: trust.issuer,
            subject: trust.subject,
            audience: trust.audience,
            directory_tenant: trust.directoryTenant ?? null,
          }),
    })
    .execute()
  await record(trx, 'scim_connection.client_trust_created', connectionId, id)
  return { id }
}

/** Every trust, the newest first. Throws `connection-not-found`. */
export async function listClientTrusts(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<ClientTrust[]> {
  const { id } = await readScimConnection(trx, connectionId)
  const rows = await trx.query
    .selectFrom('scim_client_trusts')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', id)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(toTrust)
}

/**
 * Deletes a trust and with it the access tokens issued for it. Throws `connection-not-found` and
 * `client-trust-not-found`.
 */
export async function deleteClientTrust(
  trx: WorkspaceTransaction,
  connectionId: string,
  trustId: string,
): Promise<void> {
  await lockScimConnection(trx, connectionId)
  const row = isId(trustId)
    ? await trx.query
        .deleteFrom('scim_client_trusts')
        .where('workspace_id', '=', trx.workspaceId)
        .where('connection_id', '=', connectionId)
        .where('id', '=', trustId)
        .returning('id')
        .executeTakeFirst()
    : undefined
  if (row === undefined) throw new ScimConnectionError('client-trust-not-found')
  await record(trx, 'scim_connection.client_trust_deleted', connectionId, trustId)
}

/** A private or symmetric key has no business here, and one that can't be used would be noticed too late. */
async function assertPublicKeys(keys: readonly Record<string, unknown>[]): Promise<void> {
  if (keys.length === 0) throw new ScimConnectionError('jwks-invalid')
  for (const key of keys) {
    const algorithm = key['kty'] === 'RSA' ? 'RS256' : 'ES256'
    const isWeak = key['kty'] === 'RSA' && lengthOf(key['n']) < minRsaBytes
    if ('d' in key || 'k' in key || isWeak || (key['alg'] ?? algorithm) !== algorithm) {
      throw new ScimConnectionError('jwks-invalid')
    }
    try {
      await importJWK(key as JWK, algorithm)
    } catch (error) {
      throw new ScimConnectionError('jwks-invalid', { cause: error })
    }
  }
}

function lengthOf(base64url: unknown): number {
  return typeof base64url === 'string' ? Buffer.from(base64url, 'base64url').length : 0
}

function toTrust(row: Selectable<ScimClientTrustsTable>): ClientTrust {
  return {
    id: row.id,
    kind: row.kind,
    issuer: row.issuer,
    subject: row.subject,
    audience: row.audience,
    directoryTenant: row.directory_tenant,
    keys: row.jwks === null ? { jwksUrl: row.jwks_url ?? '' } : { jwks: row.jwks },
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }
}

async function record(
  trx: WorkspaceTransaction,
  action: string,
  connectionId: string,
  trustId: string,
): Promise<void> {
  const subject = { kind: 'scim_connection', id: connectionId } as const
  await recordChanges(trx, [{ action, subject, before: null, after: { trustId } }])
}
