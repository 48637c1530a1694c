import {
  createId,
  createSecretToken,
  isUniqueViolation,
  type Schema,
  type WorkspaceTransaction,
} from '@plantel/db'
import { TeamError } from '@plantel/team'

import { ScimConnectionError } from './scim-connection-error.ts'

type ConnectionRow = Schema['scim_connections']

/** What a new SCIM connection is made of. */
export interface NewScimConnection {
  name: string
  idp: ConnectionRow['idp']
  profile?: ConnectionRow['profile'] | undefined
  patchResponse?: ConnectionRow['patch_response'] | undefined
  /** Key of the role of those to whom no rule gives one; null lists them as without access. */
  defaultRole?: string | null | undefined
}

const maxActiveTokens = 2

/** Makes the workspace's active SCIM connection; it has at most one. */
export async function createScimConnection(
  trx: WorkspaceTransaction,
  connection: NewScimConnection,
): Promise<{ id: string }> {
  const id = createId()
  const defaultRoleId = await findDefaultRole(trx, connection.defaultRole ?? null)
  try {
    await trx.query
      .insertInto('scim_connections')
      .values({
        workspace_id: trx.workspaceId,
        id,
        name: connection.name,
        idp: connection.idp,
        profile: connection.profile ?? 'compat',
        patch_response: connection.patchResponse ?? 'resource',
        state: 'active',
        default_role_id: defaultRoleId,
      })
      .execute()
  } catch (error) {
    if (!isUniqueViolation(error, 'scim_connections_one_active')) throw error
    throw new ScimConnectionError('active-connection-exists', { cause: error })
  }
  return { id }
}

async function findDefaultRole(
  trx: WorkspaceTransaction,
  key: string | null,
): Promise<string | null> {
  if (key === null) return null
  // Ownership is given by a person, never by a directory.
  if (key === 'owner') throw new TeamError('role-not-mappable', key)
  const role = await trx.query
    .selectFrom('roles')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('key', '=', key)
    .executeTakeFirst()
  if (role === undefined) throw new TeamError('role-unknown', key)
  return role.id
}

/** Makes a bearer token, valid for a year unless told; the plain text is never to be had again. */
export async function createScimToken(
  trx: WorkspaceTransaction,
  connectionId: string,
  options: { expiresAt?: Date | undefined } = {},
): Promise<{ id: string; plainToken: string; expiresAt: Date }> {
  await lockConnection(trx, connectionId)
  const active = await trx.query
    .selectFrom('scim_tokens')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', connectionId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', trx.now)
    .execute()
  if (active.length >= maxActiveTokens) throw new ScimConnectionError('too-many-active-tokens')
  const id = createId()
  const { plainToken, tokenHash } = createSecretToken('plt_scim')
  const expiresAt = options.expiresAt ?? aYearAfter(trx.now)
  await trx.query
    .insertInto('scim_tokens')
    .values({
      workspace_id: trx.workspaceId,
      connection_id: connectionId,
      id,
      token_hash: tokenHash,
      expires_at: expiresAt,
      revoked_at: null,
      last_used_at: null,
    })
    .execute()
  return { id, plainToken, expiresAt }
}

/** Two tokens made at the same time must count each other. */
async function lockConnection(trx: WorkspaceTransaction, connectionId: string): Promise<void> {
  const row = await trx.query
    .selectFrom('scim_connections')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', connectionId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('connection-not-found', connectionId)
}

function aYearAfter(moment: Date): Date {
  const later = new Date(moment)
  later.setUTCFullYear(later.getUTCFullYear() + 1)
  return later
}
