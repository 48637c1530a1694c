import { createHash } from 'node:crypto'

import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

/**
 * Remembers an assertion until it would be refused for its age; false when it was here before. The database decides, so
 * that of many at once, on many replicas, one is the first.
 */
export async function markAssertionSeen(
  { query, workspaceId }: WorkspaceTransaction,
  connectionId: string,
  assertion: { id: string; expiresAt: Date },
): Promise<boolean> {
  const inserted = await query
    .insertInto('saml_seen_assertions')
    .values({
      workspace_id: workspaceId,
      connection_id: connectionId,
      assertion_hash: createHash('sha256').update(assertion.id).digest(),
      expires_at: assertion.expiresAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('expires_at')
    .executeTakeFirst()
  if (inserted === undefined) return false
  await query
    .deleteFrom('saml_seen_assertions')
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .where('expires_at', '<', sql<Date>`now()`)
    .execute()
  return true
}
