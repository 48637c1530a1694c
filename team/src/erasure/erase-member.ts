import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { recordChanges } from '../history/record-change.ts'
import type { MemberEventPayload } from '../mapping/member-change.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { readGuardedMembers, readTeamActor } from '../members/member-guard-store.ts'
import {
  clearImports,
  clearJobs,
  deleteCapturedMails,
  deleteCredentials,
  deleteDirectoryUsers,
  redactHistory,
} from './erase-traces.ts'
import { type ErasureTarget, lockErasureTarget } from './erasure-target.ts'

/** How an erasure is asked for. */
export interface ErasureOptions {
  /** Also somebody whom a directory still provisions; it will send them again unless they are removed there too. */
  evenIfInDirectory?: boolean | undefined
}

/**
 * Erases a person: nothing in any table says any more who the member was. The id stays, so that history says that
 * somebody did what they did; who they were is not to be had again. Somebody erased already stays so. Throws
 * `member-not-found`, `permission-missing`, `own-access`, `outranked`, `last-owner`, `still-in-directory` and
 * `person-in-running-job`.
 */
export async function eraseMember(
  trx: WorkspaceTransaction,
  memberId: string,
  { evenIfInDirectory = false }: ErasureOptions = {},
): Promise<void> {
  const target = await lockErasureTarget(trx, memberId)
  await refuseErasure(trx, memberId)
  if (target.member.erased_at !== null) return
  if (target.isInDirectory && !evenIfInDirectory) throw new TeamError('still-in-directory')
  await clearJobs(trx, target)
  await clearImports(trx, target)
  await deleteCredentials(trx, target)
  await deleteDirectoryUsers(trx, target)
  await deleteCapturedMails(trx, target)
  await redactHistory(trx, target)
  await anonymise(trx, target)
  await reprojectMembers(trx, [memberId])
  await recordErasure(trx, memberId)
}

async function refuseErasure(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  const member = (await readGuardedMembers(trx, [memberId])).get(memberId)
  if (member === undefined) throw new TeamError('member-not-found')
  const actor = await readTeamActor(trx)
  if (actor.kind === 'member') {
    if (!actor.permissions.has('account-data:delete')) throw new TeamError('permission-missing')
    if (actor.memberId === memberId) throw new TeamError('own-access')
    if ((member.role?.rank ?? -Infinity) > actor.rank) throw new TeamError('outranked')
  }
  if (member.isLastActiveOwner) throw new TeamError('last-owner')
}

async function anonymise(trx: WorkspaceTransaction, { member }: ErasureTarget): Promise<void> {
  await trx.query
    .updateTable('members')
    .set({
      host_user_id: null,
      email: null,
      email_key: null,
      given_name: null,
      family_name: null,
      display_name: '',
      display_key: '',
      search_key: '',
      signature_name: null,
      phone: null,
      job_title: null,
      language: null,
      time_zone: null,
      avatar_url: null,
      break_glass: false,
      removed_at: sql<Date>`coalesce(removed_at, now())`,
      erased_at: trx.now,
      version: sql<string>`version + 1`,
    })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', member.id)
    .execute()
  await trx.query
    .updateTable('departments')
    .set({ lead_member_id: null, version: sql<string>`version + 1` })
    .where('workspace_id', '=', trx.workspaceId)
    .where('lead_member_id', '=', member.id)
    .execute()
}

/** The host is told as well: what it knows of the person is its own to erase. */
async function recordErasure(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  const payload = {
    member: {
      id: memberId,
      displayName: '',
      email: null,
      hostUserId: null,
      state: 'removed',
      role: null,
      departments: [],
      channels: [],
      conversationAccess: 'own',
      erased: true,
    },
    before: null,
  } satisfies MemberEventPayload
  await recordChanges(trx, [
    {
      action: 'member.erased',
      subject: { kind: 'member', id: memberId },
      before: null,
      after: null,
      event: { type: 'member.changed', memberId, payload },
    },
  ])
}
