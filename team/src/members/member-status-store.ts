import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { recordChanges } from '../history/record-change.ts'
import { closeInvitations } from '../invitations/invitation-store.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'

/** Lays the admin's hold on members who have none; their access ends with this transaction. */
export async function layAdminHolds(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<void> {
  await sql`
    insert into member_holds (workspace_id, member_id, source, request_id)
    select ${trx.workspaceId}, id, 'admin', ${trx.actor.requestId}
    from unnest(${[...memberIds]}::uuid[]) as id`.execute(trx.query)
  await recordHolds(trx, memberIds, 'member.hold_laid')
  await reprojectMembers(trx, memberIds)
}

/** Lifts the admin's hold of members and no other. */
export async function liftAdminHolds(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<void> {
  await deleteAdminHolds(trx, memberIds)
  await recordHolds(trx, memberIds, 'member.hold_lifted')
  await reprojectMembers(trx, memberIds)
}

/** Ends memberships with all that people had granted; the ids are kept for good. */
export async function endMemberships(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<void> {
  await trx.query
    .updateTable('members')
    .set({ removed_at: trx.now })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', anyOf(memberIds))
    .execute()
  await closeInvitations(trx, memberIds, 'cancelled')
  // Whoever comes back does so by a new decision, which an old hold must not undo.
  await deleteAdminHolds(trx, memberIds)
  await trx.query
    .updateTable('departments')
    .set({ lead_member_id: null, version: sql<string>`version + 1` })
    .where('workspace_id', '=', trx.workspaceId)
    .where('lead_member_id', '=', anyOf(memberIds))
    .execute()
  await reprojectMembers(trx, memberIds)
}

/** Ends every session and token of members who may come in again at once. */
export async function endSessions(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<void> {
  await trx.query
    .updateTable('members')
    .set({ access_valid_from: sql<Date>`clock_timestamp()`, version: sql<string>`version + 1` })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', anyOf(memberIds))
    .execute()
  await recordChanges(
    trx,
    memberIds.map((memberId) => ({
      action: 'session.revoked',
      subject: { kind: 'member', id: memberId },
      before: null,
      after: null,
      event: { type: 'session.revoked', memberId, payload: { member: { id: memberId } } },
    })),
  )
}

async function deleteAdminHolds(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<void> {
  await trx.query
    .deleteFrom('member_holds')
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', anyOf(memberIds))
    .where('source', '=', 'admin')
    .execute()
}

/** A hold beside another changes no state, and still somebody decided it. */
async function recordHolds(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
  action: 'member.hold_laid' | 'member.hold_lifted',
): Promise<void> {
  await recordChanges(
    trx,
    memberIds.map((id) => ({
      action,
      subject: { kind: 'member', id },
      before: null,
      after: { hold: 'admin' },
    })),
  )
}

function anyOf(ids: readonly string[]): RawBuilder<string> {
  return sql<string>`any(${[...ids]}::uuid[])`
}
