import { type Database, inWorkspace } from '@plantel/db'
import { sql } from 'kysely'

import {
  type MetadataDifference,
  refreshSamlConnection,
} from '../../connections/saml-connection-commands.ts'
import { describeError, type IdpBridgeLog } from '../../log.ts'
import { systemActor } from '../../system-actor.ts'
import type { IdpMetadataReader } from './idp-metadata-reader.ts'
import { MetadataError } from './metadata-error.ts'

interface Context {
  db: Database
  read: IdpMetadataReader
  log: IdpBridgeLog
}

interface Due {
  workspace_id: string
  connection_id: string
}

/** Small enough that one slow address after the other doesn't hold up what else must be swept. */
const batchSize = 50

/** Reads published metadata that is a day old, or failed an hour ago; each on one replica. Answers how many were read. */
export async function refreshDueMetadata(context: Context): Promise<number> {
  const { rows } = await sql<Due>`
    select workspace_id, connection_id from due_saml_metadata(${batchSize}::integer)`.execute(
    context.db.query,
  )
  let done = 0
  for (const due of rows) if (await refresh(context, due)) done += 1
  return done
}

async function refresh({ db, read, log }: Context, due: Due): Promise<boolean> {
  const { workspace_id: workspaceId, connection_id: connectionId } = due
  const source = await claim(db, due)
  if (source === undefined) return false
  try {
    const metadata = await read({ url: source.url }, source.entityId)
    const difference = await inWorkspace(db, workspaceId, systemActor(), (trx) =>
      refreshSamlConnection(trx, connectionId, metadata),
    )
    if (difference === undefined || difference === 'other-entity') return false
    const adminDetail = wordsOf(difference)
    log({ level: 'info', event: 'saml-metadata.refreshed', workspaceId, connectionId, adminDetail })
    return true
  } catch (error) {
    if (!(error instanceof MetadataError)) throw error
    log({
      level: 'warn',
      event: 'saml-metadata.failed',
      workspaceId,
      connectionId,
      adminDetail: error.message.slice(0, 200),
      error: describeError(error),
    })
    return false
  }
}

/** Puts the next try an hour off, so that nobody else tries meanwhile; success puts it a day off. */
function claim(
  db: Database,
  { workspace_id, connection_id }: Due,
): Promise<{ url: string; entityId: string } | undefined> {
  return inWorkspace(db, workspace_id, systemActor(), async ({ query }) => {
    const claimed = await query
      .updateTable('saml_settings')
      .set({ metadata_due_at: sql<Date>`now() + interval '1 hour'` })
      .where('workspace_id', '=', workspace_id)
      .where('connection_id', '=', connection_id)
      .where('metadata_due_at', '<=', sql<Date>`now()`)
      .returning('metadata_url')
      .executeTakeFirst()
    const url = claimed?.metadata_url ?? undefined
    if (url === undefined) return undefined
    const { issuer } = await query
      .selectFrom('sso_connections')
      .select('issuer')
      .where('workspace_id', '=', workspace_id)
      .where('id', '=', connection_id)
      .executeTakeFirstOrThrow()
    return { url, entityId: issuer }
  })
}

function wordsOf({ signOnMoved, added, unpublished }: MetadataDifference): string | undefined {
  const words = [
    ...(signOnMoved ? ['sign-on-moved'] : []),
    ...added.map((fingerprint) => `added:${fingerprint.slice(0, 16)}`),
    ...unpublished.map((fingerprint) => `unpublished:${fingerprint.slice(0, 16)}`),
  ]
  return words.length === 0 ? undefined : words.join(' ')
}
