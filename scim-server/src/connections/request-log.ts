import {
  type Actor,
  type Database,
  inWorkspace,
  type Schema,
  type WorkspaceTransaction,
} from '@plantel/db'

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
  readonly durationMs: number
}

type ScimRequestWarning = Schema['scim_requests']['warnings']['__select__'][number]

/** Writes the entry of a request into the transaction of what it changed; it travels with the commit. */
export function recordScimRequest(
  trx: WorkspaceTransaction,
  connectionId: string,
  entry: ScimRequestEntry,
): Promise<void> {
  trx.send(
    trx.query.insertInto('scim_requests').values({
      workspace_id: trx.workspaceId,
      connection_id: connectionId,
      id: entry.id,
      method: entry.method,
      path: entry.path,
      status: entry.status,
      scim_type: entry.scimType,
      warnings: JSON.stringify(entry.warnings),
      duration_ms: Math.round(entry.durationMs),
    }),
  )
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
