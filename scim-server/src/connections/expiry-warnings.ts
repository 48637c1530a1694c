import {
  type Actor,
  createId,
  type Database,
  inWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import { recordChanges } from '@plantel/team'
import { sql } from 'kysely'

const batch = 100

/**
 * Tells hosts 60, 30, 14 and 3 days before a bearer token or a client secret ends; replicas that do so at once share the
 * work. Answers how many warnings there were.
 */
export async function warnOfExpiry(db: Database): Promise<number> {
  for (let warnings = 0; ;) {
    const { rows } = await sql<{ workspace_id: string }>`
      select workspace_id from due_expiry_warnings(${batch})`.execute(db.query)
    for (const { workspace_id: workspaceId } of rows) {
      const actor: Actor = { kind: 'system', id: null, requestId: createId() }
      warnings += await inWorkspace(db, workspaceId, actor, warnInWorkspace)
    }
    if (rows.length < batch) return warnings
  }
}

async function warnInWorkspace(trx: WorkspaceTransaction): Promise<number> {
  const tokens = await warnOf(trx, 'token', 'scim_tokens')
  return tokens + (await warnOf(trx, 'client_secret', 'scim_client_secrets'))
}

/** Marks the warnings that are due as given: who comes second sees the mark. */
async function warnOf(
  trx: WorkspaceTransaction,
  kind: 'token' | 'client_secret',
  table: 'scim_tokens' | 'scim_client_secrets',
): Promise<number> {
  const due = sql`due_expiry_warning(created_at, expires_at, warned_days)`
  const counts = table === 'scim_tokens' ? sql`kind = 'static' and revoked_at is null` : sql`true`
  const { rows } = await sql<{ id: string; connection_id: string; expires_at: Date; days: number }>`
    update ${sql.table(table)} set warned_days = ${due}
    where workspace_id = ${trx.workspaceId} and ${counts} and ${due} is not null
    returning id, connection_id, expires_at, warned_days as days`.execute(trx.query)
  await recordChanges(
    trx,
    rows.map(({ id, connection_id: connectionId, expires_at, days }) => {
      const credential = { kind, id, expiresAt: expires_at.toISOString(), days }
      return {
        action: `scim_connection.${kind}_expiring`,
        subject: { kind: 'scim_connection', id: connectionId },
        before: null,
        after: credential,
        event: {
          type: 'connection.expiring',
          memberId: null,
          payload: { scimConnection: { id: connectionId }, credential },
        },
      }
    }),
  )
  return rows.length
}
