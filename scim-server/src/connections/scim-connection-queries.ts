import {
  type Actor,
  type Database,
  isId,
  readInWorkspace,
  type Schema,
  type WorkspaceTransaction,
} from '@plantel/db'
import { TeamError } from '@plantel/team'
import { sql } from 'kysely'

import type { ScimRateLimit } from './scim-connection-commands.ts'

type ConnectionRow = Schema['scim_connections']

/** What the server must know of a connection to answer one of its requests. */
export interface ScimConnection {
  readonly workspaceId: string
  readonly id: string
  readonly idp: ConnectionRow['idp']
  readonly profile: ConnectionRow['profile']
  readonly patchResponse: ConnectionRow['patch_response']
  readonly state: ConnectionRow['state']
}

/** Who asks when a credential is looked up: nobody is known yet. */
export const authenticator: Actor = { kind: 'system', id: null, requestId: 'authenticate' }

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
  const row = await readInWorkspace(db, workspaceId, authenticator, (trx) =>
    trx.query
      .selectFrom('scim_connections as c')
      .innerJoin('workspaces as w', 'w.id', 'c.workspace_id')
      .select(['c.id', 'c.idp', 'c.profile', 'c.patch_response', 'c.state', 'w.deleted_at'])
      .where('c.workspace_id', '=', workspaceId)
      .where('c.id', '=', connectionId)
      .executeTakeFirst(),
  )
  return row === undefined ? undefined : toConnection(workspaceId, row)
}

/** Narrows a row to what a request needs. A deleted workspace takes no requests, whatever its connections say. */
export function toConnection(
  workspaceId: string,
  row: Pick<ConnectionRow, 'id' | 'idp' | 'profile' | 'patch_response' | 'state'> &
    Pick<Schema['workspaces'], 'deleted_at'>,
): ScimConnection {
  const { id, idp, profile, patch_response: patchResponse } = row
  const state = row.deleted_at === null ? row.state : 'paused'
  return { workspaceId, id, idp, profile, patchResponse, state }
}

/** A connection as its administrators see it. */
export interface ScimConnectionView {
  id: string
  name: string
  idp: ConnectionRow['idp']
  profile: ConnectionRow['profile']
  patchResponse: ConnectionRow['patch_response']
  state: ConnectionRow['state']
  /** Key of the role; null when there is none. */
  defaultRole: string | null
  rateLimit: ScimRateLimit
  createdAt: Date
}

/** Every connection of the workspace, the oldest first. */
export async function listScimConnections(
  trx: WorkspaceTransaction,
): Promise<ScimConnectionView[]> {
  const rows = await selectViews(trx).orderBy('c.id').execute()
  return rows.map(toView)
}

/** One connection. Throws `connection-not-found`. */
export async function readScimConnection(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<ScimConnectionView> {
  const row = isId(connectionId)
    ? await selectViews(trx).where('c.id', '=', connectionId).executeTakeFirst()
    : undefined
  if (row === undefined) throw new TeamError('connection-not-found')
  return toView(row)
}

function selectViews(trx: WorkspaceTransaction) {
  return trx.query
    .selectFrom('scim_connections as c')
    .leftJoin('roles as r', (join) =>
      join.onRef('r.workspace_id', '=', 'c.workspace_id').onRef('r.id', '=', 'c.default_role_id'),
    )
    .select(['c.id', 'c.name', 'c.idp', 'c.profile', 'c.patch_response', 'c.state'])
    .select(['c.requests_per_minute', 'c.request_burst', 'c.created_at', 'r.key as role_key'])
    .where('c.workspace_id', '=', trx.workspaceId)
}

type ViewRow = Awaited<ReturnType<ReturnType<typeof selectViews>['execute']>>[number]

function toView(row: ViewRow): ScimConnectionView {
  return {
    id: row.id,
    name: row.name,
    idp: row.idp,
    profile: row.profile,
    patchResponse: row.patch_response,
    state: row.state,
    defaultRole: row.role_key,
    rateLimit: { requestsPerMinute: row.requests_per_minute, burst: row.request_burst },
    createdAt: row.created_at,
  }
}
