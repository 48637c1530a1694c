import {
  type Actor,
  type Database,
  inWorkspace,
  type Schema,
  type WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'

import type { ScimConnection } from './scim-connection-queries.ts'

/** What the workspace's admin is told of one request; holds no personal data. */
export interface ScimRequestEntry {
  /** Also the `x-request-id` of the answer. */
  readonly id: string
  readonly method: string
  /** Below the connection's base URL; a filter in it has no values. */
  readonly path: string
  readonly status: number
  readonly scimType: string | null
  readonly warnings: readonly ScimRequestWarning[]
  readonly details?: ScimRequestDetails
  readonly durationMs: number
}

/** What a request asked for and changed, without values. */
export type ScimRequestDetails = Schema['scim_requests']['details']['__select__']

type ScimRequestWarning = Schema['scim_requests']['warnings']['__select__'][number]

/** Writes the entry of a request into the transaction of what it changed; it travels with the commit. */
export function recordScimRequest(
  trx: WorkspaceTransaction,
  connectionId: string,
  entry: ScimRequestEntry,
): Promise<void> {
  trx.send(sql`
    insert into scim_requests (workspace_id, connection_id, id, method, path, status, scim_type, warnings, details, duration_ms)
    values (${trx.workspaceId}, ${connectionId}, ${entry.id}, ${entry.method}, ${entry.path}, ${entry.status},
      ${entry.scimType}, ${JSON.stringify(entry.warnings)}, ${JSON.stringify(entry.details ?? {})}, ${Math.round(entry.durationMs)})`)
  return Promise.resolve()
}

/** Writes the entry of a refused request, whose own transaction was rolled back. */
export async function recordRefusedScimRequest(
  db: Database,
  connection: ScimConnection,
  actor: Actor,
  entry: ScimRequestEntry,
): Promise<void> {
  await inWorkspace(db, connection.workspaceId, actor, (trx) =>
    recordScimRequest(trx, connection.id, entry),
  )
}
