import { createId, type Database, inWorkspace, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { systemActor } from '../system-actor.ts'
import type { SignInErrorCode } from './sign-in-error.ts'

/** For as long as somebody may come and ask. */
const keptFor = sql`interval '30 days'`

/** A refused sign-in, as the workspace's admin sees it. */
export interface SignInRefusal {
  /** What the person's error page shows. */
  reference: string
  code: string
  /** What failed: the guard's code, a claim that is missing. */
  detail: string | null
  connectionId: string | null
  refusedAt: Date
}

/** Notes a refusal for the admin; nothing of it says who the person is. */
export async function noteRefusal(
  db: Database,
  workspaceId: string,
  refusal: {
    reference: string
    code: SignInErrorCode
    detail: string | undefined
    connectionId: string | undefined
  },
): Promise<void> {
  await inWorkspace(db, workspaceId, systemActor(), async ({ query }) => {
    await query
      .deleteFrom('sign_in_refusals')
      .where('workspace_id', '=', workspaceId)
      .where('refused_at', '<', sql<Date>`now() - ${keptFor}`)
      .execute()
    await query
      .insertInto('sign_in_refusals')
      .values({
        workspace_id: workspaceId,
        id: createId(),
        reference: refusal.reference,
        code: refusal.code,
        detail: refusal.detail?.slice(0, 300) ?? null,
        connection_id: refusal.connectionId ?? null,
      })
      .execute()
  })
}

/** The newest first; all of a month, or the one with the reference. */
export async function listRefusals(
  { query, workspaceId }: WorkspaceTransaction,
  { reference, limit }: { reference: string | undefined; limit: number },
): Promise<SignInRefusal[]> {
  return query
    .selectFrom('sign_in_refusals')
    .select([
      'reference',
      'code',
      'detail',
      'connection_id as connectionId',
      'refused_at as refusedAt',
    ])
    .where('workspace_id', '=', workspaceId)
    .$if(reference !== undefined, (select) => select.where('reference', '=', reference ?? ''))
    .orderBy('refused_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}
