import type { WorkspaceTransaction } from '@plantel/db'

import { lockForAction } from './member-guard-store.ts'
import {
  endMemberships,
  endSessions,
  layAdminHolds,
  liftAdminHolds,
} from './member-status-store.ts'

/**
 * Lays the admin's hold on a member, whose access ends with this transaction. Somebody who has one already keeps it.
 * Throws a `MemberRefusal`.
 */
export async function suspendMember(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  const { member } = await lockForAction(trx, memberId, 'suspend')
  if (!member.holds.includes('admin')) await layAdminHolds(trx, [memberId])
}

/**
 * Lifts the admin's hold and no other: a member whom the directory suspended stays so. Throws a `MemberRefusal`;
 * `managed-by-directory` when there is no hold that a person could lift.
 */
export async function reactivateMember(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  const { member } = await lockForAction(trx, memberId, 'reactivate')
  if (member.holds.includes('admin')) await liftAdminHolds(trx, [memberId])
}

/** Ends a membership with all that people had granted; the id is kept for good. Throws a `MemberRefusal`. */
export async function removeMember(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  await lockForAction(trx, memberId, 'remove')
  await endMemberships(trx, [memberId])
}

/** Ends every session and token of a member who may come in again at once. Throws a `MemberRefusal`. */
export async function signOutMember(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  await lockForAction(trx, memberId, 'sign-out')
  await endSessions(trx, [memberId])
}
