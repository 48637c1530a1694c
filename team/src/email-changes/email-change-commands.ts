import { createId, isId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { type EventType, recordChanges } from '../history/record-change.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { lockForAction } from '../members/member-guard-store.ts'
import { endSessions } from '../members/member-status-store.ts'
import { closeEmailChanges, requireFreeEmail, writeEmail } from './write-email.ts'

/** How long the mail with the link may be on its way. */
const minutesToConfirm = 60

/** Each writes to an address that somebody else may have. */
const mostPerDay = 5

/**
 * Asks whoever reads the mail at an address whether the member shall sign in with it; until then nothing changes, and a
 * link from before is dead. Throws `managed-by-directory`, `email-invalid`, `email-taken`, `email-change-quota`.
 */
export async function requestEmailChange(
  trx: WorkspaceTransaction,
  memberId: string,
  email: string,
): Promise<void> {
  const { member } = await lockForAction(trx, memberId, 'edit-profile')
  if (member.isDirectoryManaged) throw new TeamError('managed-by-directory', 'email')
  const formerEmail = await emailOf(trx, memberId)
  await requireFreeEmail(trx, { id: memberId, email: formerEmail }, email)
  if ((await countOfToday(trx, memberId)) >= mostPerDay) throw new TeamError('email-change-quota')
  await closeEmailChanges(trx, memberId, 'replaced')
  const id = createId()
  await trx.query
    .insertInto('email_changes')
    .values({
      workspace_id: trx.workspaceId,
      id,
      member_id: memberId,
      email,
      former_email: formerEmail,
      expires_at: sql<Date>`now() + make_interval(mins => ${minutesToConfirm}::integer)`,
    })
    .execute()
  await record(trx, memberId, { id, action: 'requested', event: 'email_change.requested' })
}

/** Lets the member keep the address they have; nothing to do where they wait for no other. */
export async function cancelEmailChange(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<void> {
  await lockForAction(trx, memberId, 'edit-profile')
  if (await closeEmailChanges(trx, memberId, 'cancelled')) {
    await record(trx, memberId, { id: null, action: 'cancelled' })
  }
}

/**
 * What the link in the mail decides: the address is the member's from now on, and they sign in anew. Throws
 * `email-change-closed` with the state, `member-not-active`, `managed-by-directory`, `email-taken`.
 */
export async function confirmEmailChange(trx: WorkspaceTransaction, id: string): Promise<void> {
  const found = isId(id) ? await findChange(trx, id) : undefined
  if (found === undefined) throw new TeamError('email-change-closed', 'unknown')
  const { member } = await lockForAction(trx, found.member_id, undefined)
  // Once more: whoever was faster has committed by now.
  const change = await findChange(trx, id)
  if (change?.state !== 'open') throw new TeamError('email-change-closed', change?.state)
  if (change.expires_at <= trx.now) throw new TeamError('email-change-closed', 'expired')
  if (member.state !== 'active') throw new TeamError('member-not-active', member.state)
  if (member.isDirectoryManaged) throw new TeamError('managed-by-directory', 'email')
  const { member_id: memberId, email } = change
  await requireFreeEmail(trx, { id: memberId, email: await emailOf(trx, memberId) }, email)
  await trx.query
    .updateTable('email_changes')
    .set({ state: 'confirmed', closed_at: trx.now })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .execute()
  await takeEmail(trx, { memberId, email, changeId: id })
  await reprojectMembers(trx, [memberId], new Set([memberId]))
}

/**
 * The same for somebody whom the host knows under another address, without asking them: both addresses are told. The
 * caller projects the member. Throws
 * `managed-by-directory`, `email-invalid`, `email-taken`.
 */
export async function replaceEmail(
  trx: WorkspaceTransaction,
  member: { id: string; isDirectoryManaged: boolean },
  email: string,
): Promise<void> {
  if (member.isDirectoryManaged) throw new TeamError('managed-by-directory', 'email')
  const formerEmail = await emailOf(trx, member.id)
  await requireFreeEmail(trx, { id: member.id, email: formerEmail }, email)
  const id = createId()
  await trx.query
    .insertInto('email_changes')
    .values({
      workspace_id: trx.workspaceId,
      id,
      member_id: member.id,
      state: 'confirmed',
      email,
      former_email: formerEmail,
      expires_at: trx.now,
      closed_at: trx.now,
    })
    .execute()
  await takeEmail(trx, { memberId: member.id, email, changeId: id, isToldToBoth: true })
}

interface Taking {
  memberId: string
  email: string
  changeId: string
  /** The new address does not know of it yet. */
  isToldToBoth?: boolean
}

/** As with a new password, whatever was issued before counts no longer: it names the former address. */
async function takeEmail(
  trx: WorkspaceTransaction,
  { memberId, email, changeId, isToldToBoth = false }: Taking,
): Promise<void> {
  await writeEmail(trx, memberId, email)
  await endSessions(trx, [memberId])
  await record(trx, memberId, {
    id: changeId,
    action: 'completed',
    event: 'email_change.completed',
    isToldToBoth,
  })
}

async function emailOf(trx: WorkspaceTransaction, memberId: string): Promise<string | null> {
  const { email } = await trx.query
    .selectFrom('members')
    .select('email')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .executeTakeFirstOrThrow()
  return email
}

async function findChange(
  trx: WorkspaceTransaction,
  id: string,
): Promise<{ member_id: string; email: string; state: string; expires_at: Date } | undefined> {
  return trx.query
    .selectFrom('email_changes')
    .select(['member_id', 'email', 'state', 'expires_at'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
}

async function countOfToday(trx: WorkspaceTransaction, memberId: string): Promise<number> {
  const { asked } = await trx.query
    .selectFrom('email_changes')
    .select(sql<number>`count(*)::int`.as('asked'))
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', memberId)
    .where('created_at', '>', sql<Date>`now() - interval '1 day'`)
    .executeTakeFirstOrThrow()
  return asked
}

/** Without the addresses: those are in the row, which goes after a month. */
async function record(
  trx: WorkspaceTransaction,
  memberId: string,
  about: { id: string | null; action: string; event?: EventType; isToldToBoth?: boolean },
): Promise<void> {
  await recordChanges(trx, [
    {
      action: `member.email_change_${about.action}`,
      subject: { kind: 'member', id: memberId },
      before: null,
      after: null,
      ...(about.event === undefined
        ? {}
        : {
            event: {
              type: about.event,
              memberId,
              payload: { changeId: about.id, isToldToBoth: about.isToldToBoth ?? false },
            },
          }),
    },
  ])
}
