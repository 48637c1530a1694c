import {
  type Database,
  inWorkspace,
  isId,
  readInWorkspace,
  type Schema,
  type WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'

/** What the server must know of a connection to answer one of its requests. */
export interface ScimConnection {
  readonly workspaceId: string
  readonly id: string
  readonly idp: Schema['scim_connections']['idp']
  readonly profile: Schema['scim_connections']['profile']
  readonly patchResponse: Schema['scim_connections']['patch_response']
  readonly state: Schema['scim_connections']['state']
}

/** A stored token with the connection that it opens. */
export interface ScimTokenGrant {
  readonly connection: ScimConnection
  readonly tokenId: string
  readonly expiresAt: Date
  readonly revokedAt: Date | null
}

const reader = { kind: 'system', id: null, requestId: 'authenticate' } as const

/** Finds a token by its hash; whether it may still be used is for the caller to judge. */
export async function findTokenGrant(
  db: Database,
  tokenHash: Buffer,
): Promise<ScimTokenGrant | undefined> {
  const { rows } = await sql<{ workspace_id: string; token_id: string }>`
    select workspace_id, token_id from find_scim_token(${tokenHash})`.execute(db.query)
  const [found] = rows
  if (found === undefined) return undefined
  const row = await readInWorkspace(db, found.workspace_id, reader, (trx) =>
    trx.query
      .selectFrom('scim_tokens as t')
      .innerJoin('scim_connections as c', (join) =>
        join.onRef('c.workspace_id', '=', 't.workspace_id').onRef('c.id', '=', 't.connection_id'),
      )
      .select(['t.expires_at', 't.revoked_at', 't.last_used_at'])
      .select(['c.id', 'c.idp', 'c.profile', 'c.patch_response', 'c.state'])
      .where('t.workspace_id', '=', trx.workspaceId)
      .where('t.id', '=', found.token_id)
      .executeTakeFirst(),
  )
  if (row === undefined) return undefined
  const grant: ScimTokenGrant = {
    connection: toConnection(found.workspace_id, row),
    tokenId: found.token_id,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  }
  if (wasUnusedForAMinute(row.last_used_at)) await recordUse(db, grant)
  return grant
}

/** Finds a connection by the id in a path; undefined when there is none. */
export async function findScimConnection(
  db: Database,
  connectionId: string,
): Promise<ScimConnection | undefined> {
  if (!isId(connectionId)) return undefined
  const { rows } = await sql<{ workspace_id: string | null }>`
    select find_scim_connection(${connectionId}) as workspace_id`.execute(db.query)
  const workspaceId = rows[0]?.workspace_id ?? null
  if (workspaceId === null) return undefined
  const row = await readInWorkspace(db, workspaceId, reader, (trx: WorkspaceTransaction) =>
    trx.query
      .selectFrom('scim_connections')
      .select(['id', 'idp', 'profile', 'patch_response', 'state'])
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', connectionId)
      .executeTakeFirst(),
  )
  return row === undefined ? undefined : toConnection(workspaceId, row)
}

function toConnection(
  workspaceId: string,
  row: Pick<Schema['scim_connections'], 'id' | 'idp' | 'profile' | 'patch_response' | 'state'>,
): ScimConnection {
  const { id, idp, profile, patch_response: patchResponse, state } = row
  return { workspaceId, id, idp, profile, patchResponse, state }
}

function wasUnusedForAMinute(lastUsedAt: Date | null): boolean {
  return lastUsedAt === null || Date.now() - lastUsedAt.getTime() > 60_000
}

async function recordUse(db: Database, { connection, tokenId }: ScimTokenGrant): Promise<void> {
  await inWorkspace(db, connection.workspaceId, reader, async (trx) => {
    await trx.query
      .updateTable('scim_tokens')
      .set({ last_used_at: trx.now })
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', tokenId)
      .execute()
  })
}
