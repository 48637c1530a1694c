import { isUniqueViolation, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { searchKeyOf } from '../directory/directory-user.ts'
import { TeamError } from '../errors.ts'
import { fold } from '../fold.ts'
import { isEmailAddress } from '../invitations/email-address.ts'
import { findAddressHolders } from '../invitations/people-store.ts'
import { nameKey } from '../members/name-key.ts'

/**
 * Looks whether a member may have this address. Throws `email-invalid`, `email-taken` for one that somebody of the
 * workspace has, and `managed-by-directory` for one that a directory gives somebody whom it has not been told to link.
 */
export async function requireFreeEmail(
  trx: WorkspaceTransaction,
  member: { id: string; email: string | null },
  email: string,
): Promise<void> {
  if (!isEmailAddress(email)) throw new TeamError('email-invalid')
  if (email === member.email) throw new TeamError('email-taken')
  const emailKey = fold(email)
  const holder = (await findAddressHolders(trx, [emailKey])).get(emailKey)
  if (holder === undefined) return
  if (holder.member === null) throw new TeamError('managed-by-directory', 'email')
  const isHere = holder.member.state !== 'removed'
  if (isHere && holder.member.id !== member.id) throw new TeamError('email-taken')
}

/**
 * Gives a locked member the address and takes back every link that was mailed to the former one. Throws `email-taken`
 * when somebody was faster.
 */
export async function writeEmail(
  trx: WorkspaceTransaction,
  memberId: string,
  email: string,
): Promise<void> {
  const before = await trx.query
    .selectFrom('members')
    .select(['display_name', 'email'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .executeTakeFirstOrThrow()
  // Whoever has not said their name is listed by the address.
  const displayName = before.display_name === before.email ? email : before.display_name
  try {
    await trx.query
      .updateTable('members')
      .set({
        email,
        email_key: fold(email),
        display_name: displayName,
        display_key: nameKey(displayName),
        search_key: searchKeyOf({ displayName, email }, null),
        version: sql<string>`version + 1`,
      })
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', memberId)
      .execute()
  } catch (error) {
    throw isUniqueViolation(error, 'members_email_unique')
      ? new TeamError('email-taken', undefined, { cause: error })
      : error
  }
  await withdrawLinks(trx, memberId)
}

/** Whoever reads the former mailbox decides nothing any more. */
async function withdrawLinks(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  await trx.query
    .updateTable('password_resets')
    .set({ used_at: trx.now })
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', memberId)
    .where('used_at', 'is', null)
    .execute()
  await trx.query
    .updateTable('ownership_transfers')
    .set({ state: 'cancelled', closed_at: trx.now })
    .where('workspace_id', '=', trx.workspaceId)
    .where((eb) => eb.or([eb('from_member_id', '=', memberId), eb('to_member_id', '=', memberId)]))
    .where('state', '=', 'open')
    .execute()
  await closeEmailChanges(trx, memberId, 'cancelled')
}

/** Kills the link that the member waits for; answers whether there was one. */
export async function closeEmailChanges(
  trx: WorkspaceTransaction,
  memberId: string,
  state: 'replaced' | 'cancelled',
): Promise<boolean> {
  const { numUpdatedRows } = await trx.query
    .updateTable('email_changes')
    .set({ state, closed_at: trx.now })
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', memberId)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}
