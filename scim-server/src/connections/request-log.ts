import {
  type Actor,
  commitWithoutWaiting,
  createId,
  type Database,
  inWorkspace,
  type Schema,
  type WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'

import { createReadLog, type ReadLog, type ReadLogEntry } from './read-log.ts'
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
  trx.gather(`requests ${connectionId}`, entry, (all) => sendEntries(trx, connectionId, all))
  return Promise.resolve()
}

function sendEntries(
  trx: WorkspaceTransaction,
  connectionId: string,
  entries: readonly ScimRequestEntry[],
): void {
  trx.send(sql`
    insert into scim_requests (workspace_id, connection_id, id, method, path, status, scim_type, warnings, details, duration_ms)
    select ${trx.workspaceId}::uuid, ${connectionId}::uuid, r.* from unnest(
      ${entries.map(({ id }) => id)}::uuid[],
      ${entries.map(({ method }) => method)}::text[],
      ${entries.map(({ path }) => path)}::text[],
      ${entries.map(({ status }) => status)}::integer[],
      ${entries.map(({ scimType }) => scimType)}::text[],
      ${entries.map(({ warnings }) => JSON.stringify(warnings))}::jsonb[],
      ${entries.map(({ details }) => JSON.stringify(details ?? {}))}::jsonb[],
      ${entries.map(({ durationMs }) => Math.round(durationMs))}::integer[]
    ) as r`)
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

/** The log of reads, written in batches; `report` is told how many are missing in it, and why if it is known. */
export function createScimReadLog(
  db: Database,
  report: (missing: number, error: unknown) => void,
): ReadLog {
  return createReadLog({
    write: (workspaceId, entries) => recordScimReads(db, workspaceId, entries),
    report,
  })
}

/** Writes entries of reads, as far as their connections are still there. */
async function recordScimReads(
  db: Database,
  workspaceId: string,
  entries: readonly ReadLogEntry[],
): Promise<void> {
  const rows = entries.map(({ id, connectionId, times, durationMs, occurredAt, ...entry }) => ({
    ...entry,
    id,
    connection_id: connectionId,
    details: { times },
    duration_ms: Math.round(durationMs),
    occurred_at: occurredAt,
  }))
  const actor = { kind: 'system', id: null, requestId: createId() } as const
  await inWorkspace(
    db,
    workspaceId,
    actor,
    (trx) => {
      commitWithoutWaiting(trx)
      trx.send(sql`
        insert into scim_requests (workspace_id, connection_id, id, method, path, status, warnings, details,
          duration_ms, occurred_at)
        select c.workspace_id, c.id, r.id, r.method, r.path, r.status, '[]', r.details, r.duration_ms, r.occurred_at
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (connection_id uuid, id uuid, method text,
          path text, status integer, details jsonb, duration_ms integer, occurred_at timestamptz)
        join scim_connections c on c.workspace_id = ${workspaceId} and c.id = r.connection_id`)
      return Promise.resolve()
    },
    { eager: true, silent: true, writes: true },
  )
}
