import {
  type Database,
  isId,
  type MailDelivery,
  readInWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'

import { systemActor } from '../history/system-actor.ts'
import { readWorkspaceSign, type WorkspaceSign } from '../workspaces/workspace-queries.ts'

/** A change of somebody's address as its mails and its page show it. */
export interface EmailChange {
  id: string
  memberId: string
  state: 'open' | 'confirmed' | 'replaced' | 'cancelled' | 'expired'
  /** The new address. */
  email: string
  formerEmail: string | null
  /** As one greets them. */
  name: string
  /** BCP 47; null where only the workspace's is known. */
  language: string | null
  delivery: { state: MailDelivery; error: string | null }
  expiresAt: Date
}

/** What the page behind a link shows. */
export interface EmailChangePage extends EmailChange {
  workspaceId: string
  workspace: WorkspaceSign
}

/** Reads what stands behind a link; undefined when it is gone. */
export async function readEmailChange(
  db: Database,
  id: string,
): Promise<EmailChangePage | undefined> {
  if (!isId(id)) return undefined
  const { rows } = await sql<{ id: string | null }>`
    select find_email_change(${id}) as id`.execute(db.query)
  const workspaceId = rows[0]?.id ?? undefined
  if (workspaceId === undefined) return undefined
  return readInWorkspace(db, workspaceId, systemActor(), async (trx) => {
    const change = await loadEmailChange(trx, id)
    const workspace = await readWorkspaceSign(trx)
    if (change === undefined || workspace === undefined) return undefined
    return { ...change, workspaceId, workspace }
  })
}

/** One change of the workspace; undefined when it has none of this id. */
export async function loadEmailChange(
  trx: WorkspaceTransaction,
  id: string,
): Promise<EmailChange | undefined> {
  if (!isId(id)) return undefined
  const row = await selectChanges(trx).where('change.id', '=', id).executeTakeFirst()
  return row && changeOf(row, trx.now)
}

/** What somebody waits for; undefined while they wait for nothing. */
export async function findOpenEmailChange(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<EmailChange | undefined> {
  const row = await selectChanges(trx)
    .where('change.member_id', '=', memberId)
    .where('change.state', '=', 'open')
    .where('change.expires_at', '>', trx.now)
    .executeTakeFirst()
  return row && changeOf(row, trx.now)
}

/** Notes how far the mail with the link has come. */
export async function recordEmailChangeDelivery(
  trx: WorkspaceTransaction,
  id: string,
  delivery: { state: MailDelivery; error: string | null },
): Promise<void> {
  await trx.query
    .updateTable('email_changes')
    .set({ delivery: delivery.state, delivery_error: delivery.error })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .execute()
}

/** Forgets what is a month old; answers how many. */
export async function sweepEmailChanges(db: Database, batch = 2_000): Promise<number> {
  for (let gone = 0; ;) {
    const { rows } = await sql<{ count: number }>`
      select sweep_email_changes(${batch}) as count`.execute(db.query)
    const count = rows[0]?.count ?? 0
    gone += count
    if (count < batch) return gone
  }
}

function selectChanges({ query, workspaceId }: WorkspaceTransaction) {
  return query
    .selectFrom('email_changes as change')
    .innerJoin('members as member', (join) =>
      join
        .onRef('member.workspace_id', '=', 'change.workspace_id')
        .onRef('member.id', '=', 'change.member_id'),
    )
    .selectAll('change')
    .select(['member.given_name', 'member.display_name', 'member.language'])
    .where('change.workspace_id', '=', workspaceId)
}

type SelectedRow = Awaited<ReturnType<ReturnType<typeof selectChanges>['execute']>>[number]

function changeOf(row: SelectedRow, now: Date): EmailChange {
  return {
    id: row.id,
    memberId: row.member_id,
    state: row.state === 'open' && row.expires_at <= now ? 'expired' : row.state,
    email: row.email,
    formerEmail: row.former_email,
    name: row.given_name ?? row.display_name,
    language: row.language,
    delivery: { state: row.delivery, error: row.delivery_error },
    expiresAt: row.expires_at,
  }
}
