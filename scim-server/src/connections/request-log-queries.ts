import { isId, type Schema, type WorkspaceTransaction } from '@plantel/db'
import { TeamError } from '@plantel/team'
import { type Selectable, sql } from 'kysely'

import type { ScimRequestDetails } from './request-log.ts'
import { readScimConnection } from './scim-connection-queries.ts'

/** One entry of the request log, as administrators read it. */
export interface ScimRequestView {
  id: string
  occurredAt: Date
  method: string
  path: string
  status: number
  scimType: string | null
  warnings: Selectable<Schema['scim_requests']>['warnings']
  /** What it asked for and changed, without values. */
  details: ScimRequestDetails
  durationMs: number
}

/** Which entries to list: those with warnings, those that were refused, or all. */
export interface ScimRequestQuery {
  only?: 'warnings' | 'errors' | undefined
  /** `nextCursor` of the page before. */
  cursor?: string | undefined
  limit: number
}

/**
 * One page of a connection's request log, the newest first; entries that come meanwhile shift nothing. Throws
 * `connection-not-found` and `invalid-cursor`.
 */
export async function listScimRequests(
  trx: WorkspaceTransaction,
  connectionId: string,
  { only, cursor, limit }: ScimRequestQuery,
): Promise<{ requests: ScimRequestView[]; nextCursor: string | null }> {
  const { id } = await readScimConnection(trx, connectionId)
  if (cursor !== undefined && !isId(cursor)) throw new TeamError('invalid-cursor')
  // Ids are in the order of time.
  const rows = await trx.query
    .selectFrom('scim_requests')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', id)
    .$if(cursor !== undefined, (select) => select.where('id', '<', cursor ?? ''))
    .$if(only === 'errors', (select) => select.where('status', '>=', 400))
    .$if(only === 'warnings', (select) => select.where(sql<boolean>`warnings <> '[]'::jsonb`))
    .orderBy('id', 'desc')
    // One more than asked tells whether another page follows.
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  return {
    requests: shown.map((row) => ({
      id: row.id,
      occurredAt: row.occurred_at,
      method: row.method,
      path: row.path,
      status: row.status,
      scimType: row.scim_type,
      warnings: row.warnings,
      details: row.details,
      durationMs: row.duration_ms,
    })),
    nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}
