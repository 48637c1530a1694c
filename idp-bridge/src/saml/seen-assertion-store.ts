import { createHash } from 'node:crypto'

import { isUniqueViolation, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

/**
 * Remembers an assertion until it would be refused for its age. The transaction fails when it was here before
 * (`isAssertionSeen`): the database decides, so that of many at once, on many replicas, one is the first.
 */
export function markAssertionSeen(
  trx: WorkspaceTransaction,
  connectionId: string,
  assertion: { id: string; expiresAt: Date },
): void {
  const { query, workspaceId } = trx
  trx.send(
    query.insertInto('saml_seen_assertions').values({
      workspace_id: workspaceId,
      connection_id: connectionId,
      assertion_hash: createHash('sha256').update(assertion.id).digest(),
      expires_at: assertion.expiresAt,
    }),
  )
  trx.send(
    query
      .deleteFrom('saml_seen_assertions')
      .where('workspace_id', '=', workspaceId)
      .where('connection_id', '=', connectionId)
      .where('expires_at', '<', sql<Date>`now()`),
  )
}

/** Whether a transaction failed because the assertion was here before. */
export function isAssertionSeen(error: unknown): boolean {
  return isUniqueViolation(error, 'saml_seen_assertions_once')
}
