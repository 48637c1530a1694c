import {
  createId,
  type InvitationGives,
  type InvitationsTable,
  type WorkspaceTransaction,
} from '@plantel/db'
import { type Selectable, sql } from 'kysely'

import type { InvitationLink } from './invitation-token.ts'

export type InvitationRow = Selectable<InvitationsTable>

/** Opens an invitation for each of these members; answers its id by member. */
export async function insertInvitations(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
  invitation: { message: string | null; days: number },
): Promise<Map<string, string>> {
  if (memberIds.length === 0) return new Map()
  const ids = new Map(memberIds.map((memberId) => [memberId, createId()]))
  await sql`
    insert into invitations (workspace_id, message, invited_by, expires_at, member_id, id)
    select ${trx.workspaceId}::uuid, ${invitation.message}::text, ${inviterOf(trx)}::uuid,
      now() + make_interval(days => ${invitation.days}::integer), i.*
    from unnest(${[...ids.keys()]}::uuid[], ${[...ids.values()]}::uuid[]) as i`.execute(trx.query)
  return ids
}

/** A member may be asked again after an invitation ended: only the last one says something. */
export async function findLastInvitation(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<InvitationRow | undefined> {
  return trx.query
    .selectFrom('invitations')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', memberId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Makes a new link, which is the only living one from now on, and queues its mail. */
export async function renewInvitation(
  trx: WorkspaceTransaction,
  invitationId: string,
  renewal: { message?: string | null | undefined; days: number },
): Promise<InvitationLink & { expiresAt: Date }> {
  const row = await trx.query
    .updateTable('invitations')
    .set({
      generation: sql<number>`generation + 1`,
      state: 'open',
      closed_at: null,
      gives: null,
      ...(renewal.message === undefined ? {} : { message: renewal.message }),
      invited_by: inviterOf(trx),
      expires_at: sql<Date>`now() + make_interval(days => ${renewal.days}::integer)`,
      delivery: 'queued',
      delivery_error: null,
      delivered_at: null,
    })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', invitationId)
    .returning(['id', 'generation', 'expires_at'])
    .executeTakeFirstOrThrow()
  return { id: row.id, generation: row.generation, expiresAt: row.expires_at }
}

/** Ends the invitations of members that are still open: nobody comes in by their links any more. */
export async function closeInvitations(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
  state: 'accepted' | 'cancelled',
): Promise<void> {
  await trx.query
    .updateTable('invitations')
    .set({ state, closed_at: trx.now })
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', sql<string>`any(${[...memberIds]}::uuid[])`)
    .where('state', '=', 'open')
    .execute()
}

export async function expireInvitation(
  trx: WorkspaceTransaction,
  invitationId: string,
  gives: InvitationGives,
): Promise<void> {
  await trx.query
    .updateTable('invitations')
    .set({ state: 'expired', closed_at: trx.now, gives: JSON.stringify(gives) })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', invitationId)
    .execute()
}

function inviterOf({ actor }: WorkspaceTransaction): string | null {
  return actor.kind === 'member' ? actor.id : null
}
