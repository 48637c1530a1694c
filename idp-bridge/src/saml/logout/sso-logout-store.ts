import { type Database, inWorkspace } from '@plantel/db'
import { sql } from 'kysely'

import { systemActor } from '../../system-actor.ts'

const life = sql`interval '10 minutes'`

/** Remembers where somebody goes once their identity provider has signed them out. */
export async function rememberLogout(
  db: Database,
  logout: { workspaceId: string; connectionId: string; requestId: string; returnTo: string },
): Promise<void> {
  await inWorkspace(db, logout.workspaceId, systemActor(), async ({ query, workspaceId }) => {
    await query
      .deleteFrom('sso_logouts')
      .where('workspace_id', '=', workspaceId)
      .where('expires_at', '<', sql<Date>`now()`)
      .execute()
    await query
      .insertInto('sso_logouts')
      .values({
        workspace_id: workspaceId,
        request_id: logout.requestId,
        connection_id: logout.connectionId,
        return_to: logout.returnTo,
        expires_at: sql<Date>`now() + ${life}`,
      })
      .execute()
  })
}

/** Once; undefined when nobody of ours is waiting for this answer. */
export async function takeLogout(
  db: Database,
  place: { workspaceId: string; connectionId: string },
  requestId: string,
): Promise<string | undefined> {
  return inWorkspace(db, place.workspaceId, systemActor(), async ({ query, workspaceId }) => {
    const row = await query
      .deleteFrom('sso_logouts')
      .where('workspace_id', '=', workspaceId)
      .where('connection_id', '=', place.connectionId)
      .where('request_id', '=', requestId)
      .where('expires_at', '>', sql<Date>`now()`)
      .returning('return_to')
      .executeTakeFirst()
    return row?.return_to
  })
}
