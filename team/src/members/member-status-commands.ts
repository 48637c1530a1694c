import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { recordChanges } from '../history/record-change.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { lockForAction } from './member-guard-store.ts'

/**
 * Lays the admin's hold on a member, whose access ends with this transaction. Somebody who has one already keeps it.
 * Throws a `MemberRefusal`.
 */
export async function suspendMember(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  const { member } = await lockForAction(trx, memberId, 'suspend')
  if (member.holds.includes('admin')) return
  await trx.query
    .insertInto('member_holds')
    .values({
      workspace_id: trx.workspaceId,
      member_id: memberId,
      source: 'admin',
      request_id: trx.actor.requestId,
    })
    .execute()
  await recordHold(trx, memberId, 'member.hold_laid')
  await reprojectMembers(trx, [memberId])
}

/**
 * Lifts the admin's hold and no other: a member whom the directory suspended stays so. Throws a `MemberRefusal`;
 * `managed-by-directory` when there is no hold that a person could lift.
 */
export async function reactivateMember(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  const { member } = await lockForAction(trx, memberId, 'reactivate')
  if (!member.holds.includes('admin')) return
  await liftAdminHold(trx, memberId)
  await recordHold(trx, memberId, 'member.hold_lifted')
  await reprojectMembers(trx, [memberId])
}

/** Ends a membership with all that people had granted; the id is kept for good. Throws a `MemberRefusal`. */
export async function removeMember(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  await lockForAction(trx, memberId, 'remove')
  await trx.query
    .updateTable('members')
    .set({ removed_at: trx.now })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .execute()
  // Whoever comes back does so by a new decision, which an old hold must not undo.
  await liftAdminHold(trx, memberId)
  await trx.query
    .updateTable('departments')
    .set({ lead_member_id: null, version: sql<string>`version + 1` })
    .where('workspace_id', '=', trx.workspaceId)
    .where('lead_member_id', '=', memberId)
    .execute()
  await reprojectMembers(trx, [memberId])
}

/** Ends every session and token of a member who may come in again at once. Throws a `MemberRefusal`. */
export async function signOutMember(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  await lockForAction(trx, memberId, 'sign-out')
  await trx.query
    .updateTable('members')
    .set({ access_valid_from: sql<Date>`clock_timestamp()`, version: sql<string>`version + 1` })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .execute()
  await recordChanges(trx, [
    {
      action: 'session.revoked',
      subject: { kind: 'member', id: memberId },
      before: null,
      after: null,
      event: { type: 'session.revoked', memberId, payload: { member: { id: memberId } } },
    },
  ])
}

async function liftAdminHold(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  await trx.query
    .deleteFrom('member_holds')
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', memberId)
    .where('source', '=', 'admin')
    .execute()
}

/** A hold beside another changes no state, and still somebody decided it. */
async function recordHold(
  trx: WorkspaceTransaction,
  memberId: string,
  action: 'member.hold_laid' | 'member.hold_lifted',
): Promise<void> {
  await recordChanges(trx, [
    { action, subject: { kind: 'member', id: memberId }, before: null, after: { hold: 'admin' } },
  ])
}
