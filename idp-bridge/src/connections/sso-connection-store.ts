import {
  type Database,
  isId,
  readInWorkspace,
  type Sealer,
  type WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'

import { systemActor } from '../system-actor.ts'
import type { IdTokenAlgorithm, SsoConnection } from './sso-connection.ts'

/** Where the client secret is stored; it opens nowhere else. */
export const clientSecretPlace = 'sso_connections.sealed_client_secret'

/** A connection in any state, found by its id alone, as a URL names it. */
export async function findSsoConnection(
  db: Database,
  sealer: Sealer,
  connectionId: string,
): Promise<SsoConnection | undefined> {
  const workspaceId = await findWorkspaceOfConnection(db, connectionId)
  if (workspaceId === undefined) return undefined
  return readInWorkspace(db, workspaceId, systemActor(), async ({ query }) => {
    const row = await query
      .selectFrom('sso_connections')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', connectionId)
      .executeTakeFirst()
    if (row === undefined) return undefined
    return {
      id: row.id,
      workspaceId: row.workspace_id,
      name: row.name,
      state: row.state,
      issuer: row.issuer,
      clientId: row.client_id,
      clientSecret: sealer.open(row.sealed_client_secret, clientSecretPlace),
      idTokenAlgorithm: row.id_token_algorithm as IdTokenAlgorithm,
      binding: { claim: row.binding_claim, attribute: row.binding_attribute },
    }
  })
}

/** The workspace whose connection this is. */
export async function findWorkspaceOfConnection(
  db: Database,
  connectionId: string,
): Promise<string | undefined> {
  if (!isId(connectionId)) return undefined
  const { rows } = await sql<{ workspace_id: string | null }>`
    select find_sso_connection(${connectionId}::uuid) as workspace_id`.execute(db.query)
  return rows[0]?.workspace_id ?? undefined
}

/** The active connections of the workspace, by name. */
export async function listActiveSsoConnections(
  trx: WorkspaceTransaction,
): Promise<{ id: string; name: string }[]> {
  return trx.query
    .selectFrom('sso_connections')
    .select(['id', 'name'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('state', '=', 'active')
    .orderBy('name')
    .orderBy('id')
    .execute()
}
