import {
  type Database,
  isId,
  readInWorkspace,
  type Sealer,
  type SsoConnectionsTable,
  type WorkspaceTransaction,
} from '@plantel/db'
import { type Selectable, sql } from 'kysely'

import { systemActor } from '../system-actor.ts'
import { readKeys } from './connection-key-store.ts'
import { readSamlParts } from './saml-connection-store.ts'
import type {
  IdTokenAlgorithm,
  OidcConnection,
  SecurityEventSource,
  SsoConnection,
} from './sso-connection.ts'

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
  const read = (trx: WorkspaceTransaction): Promise<SsoConnection | undefined> =>
    readSsoConnection(trx, sealer, connectionId)
  return readInWorkspace(db, workspaceId, systemActor(), read, { eager: true })
}

/** A connection of the workspace, in any state. */
export async function readSsoConnection(
  trx: WorkspaceTransaction,
  sealer: Sealer,
  connectionId: string,
): Promise<SsoConnection | undefined> {
  // Together: they travel in one flight, and of an OpenID connection the others are empty.
  const [row, samlParts, keys] = await Promise.all([
    trx.query
      .selectFrom('sso_connections')
      .selectAll()
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', connectionId)
      .executeTakeFirst(),
    readSamlParts(trx, connectionId),
    readKeys(trx, sealer, connectionId),
  ])
  if (row === undefined) return undefined
  const connection = {
    id: row.id,
    workspaceId: row.workspace_id,
    name: row.name,
    state: row.state,
    issuer: row.issuer,
    binding: { claim: row.binding_claim, attribute: row.binding_attribute },
    provisioning: row.provisioning,
    events: eventsOf(row),
    keys,
  }
  if (row.kind === 'oidc') return { ...connection, kind: 'oidc', ...oidcPartsOf(row, sealer) }
  if (samlParts === undefined) throw new Error(`SAML connection ${row.id} has no settings.`)
  return { ...connection, kind: 'saml', ...samlParts }
}

/** Two columns that are set together. */
export function eventsOf({
  events_issuer: issuer,
  events_jwks_url: jwksUrl,
}: Pick<
  Selectable<SsoConnectionsTable>,
  'events_issuer' | 'events_jwks_url'
>): SecurityEventSource | null {
  return issuer === null || jwksUrl === null ? null : { issuer, jwksUrl }
}

/** What every connection of kind `oidc` has, by a constraint of the table. */
export function oidcPartsOf(
  row: Pick<
    Selectable<SsoConnectionsTable>,
    'id' | 'client_id' | 'sealed_client_secret' | 'id_token_algorithm' | 'single_logout'
  >,
  sealer: Sealer,
): Pick<OidcConnection, 'clientId' | 'clientSecret' | 'idTokenAlgorithm' | 'singleLogout'> {
  const { client_id: clientId, sealed_client_secret: sealed, id_token_algorithm: algorithm } = row
  if (clientId === null || algorithm === null) {
    throw new Error(`SSO connection ${row.id} has no client.`)
  }
  return {
    clientId,
    clientSecret: sealed === null ? null : sealer.open(sealed, clientSecretPlace),
    idTokenAlgorithm: algorithm as IdTokenAlgorithm,
    singleLogout: row.single_logout,
  }
}

/** A connection never moves to another workspace; whether it is still there is asked each time. */
const knownWorkspaces = new WeakMap<Database, Map<string, string>>()
const maxKnown = 10_000

/** The workspace whose connection this is, or was until it was deleted. */
export async function findWorkspaceOfConnection(
  db: Database,
  connectionId: string,
): Promise<string | undefined> {
  if (!isId(connectionId)) return undefined
  const known = knownWorkspaces.get(db) ?? new Map<string, string>()
  knownWorkspaces.set(db, known)
  const remembered = known.get(connectionId)
  if (remembered !== undefined) return remembered
  const { rows } = await sql<{ workspace_id: string | null }>`
    select find_sso_connection(${connectionId}::uuid) as workspace_id`.execute(db.query)
  const workspaceId = rows[0]?.workspace_id ?? undefined
  if (workspaceId === undefined) return undefined
  if (known.size >= maxKnown) known.clear()
  known.set(connectionId, workspaceId)
  return workspaceId
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
