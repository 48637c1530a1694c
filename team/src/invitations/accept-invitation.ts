import type { MembersTable, WorkspaceTransaction } from '@plantel/db'
import type { Selectable, Updateable } from 'kysely'

import { searchKeyOf } from '../directory/directory-user.ts'
import { TeamError } from '../errors.ts'
import { lockMembersWithFacts } from '../mapping/member-facts-store.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { nameKey } from '../members/name-key.ts'
import { closeInvitations } from './invitation-store.ts'
import type { InvitationLink } from './invitation-token.ts'

/** What a person says of themselves when they come in; what is absent stays. */
export interface AcceptedProfile {
  displayName?: string | undefined
  givenName?: string | undefined
  familyName?: string | undefined
  phone?: string | undefined
  /** BCP 47. */
  language?: string | undefined
  /** IANA name. */
  timeZone?: string | undefined
}

/**
 * Makes the invited person a member who may come in; answers their id. Of two who accept at once exactly one does.
 * Throws `invitation-not-found`, and `invitation-closed` with the state that the link is in.
 */
export async function acceptInvitation(
  trx: WorkspaceTransaction,
  { id, generation, profile = {} }: InvitationLink & { profile?: AcceptedProfile | undefined },
): Promise<string> {
  const memberId = await findMemberOfInvitation(trx, id)
  if (memberId === undefined) throw new TeamError('invitation-not-found')
  // The member first, as everybody who ends an invitation does; whoever was faster has committed by then.
  const [member] = (await lockMembersWithFacts(trx, [memberId])).members
  const invitation = await trx.query
    .selectFrom('invitations')
    .select(['state', 'generation', 'expires_at'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (member === undefined || invitation === undefined) throw new TeamError('invitation-not-found')
  if (invitation.state !== 'open') throw new TeamError('invitation-closed', invitation.state)
  if (invitation.generation !== generation) throw new TeamError('invitation-closed', 'superseded')
  if (invitation.expires_at <= trx.now) throw new TeamError('invitation-closed', 'expired')
  if (member.row.state !== 'invited') throw new TeamError('member-not-active', member.row.state)

  await closeInvitations(trx, [memberId], 'accepted')
  await trx.query
    .updateTable('members')
    .set({ activated_at: trx.now, ...columnsOf(profile, member.row) })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .execute()
  await reprojectMembers(trx, [memberId])
  return memberId
}

async function findMemberOfInvitation(
  trx: WorkspaceTransaction,
  invitationId: string,
): Promise<string | undefined> {
  const row = await trx.query
    .selectFrom('invitations')
    .select('member_id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', invitationId)
    .executeTakeFirst()
  return row?.member_id
}

type ProfileRow = Pick<Selectable<MembersTable>, 'email'>

function columnsOf(profile: AcceptedProfile, row: ProfileRow): Updateable<MembersTable> {
  const { displayName, givenName, familyName, phone, language, timeZone } = profile
  const named =
    displayName === undefined
      ? {}
      : {
          display_name: displayName,
          display_key: nameKey(displayName),
          search_key: searchKeyOf({ displayName, email: row.email }, null),
        }
  return {
    ...named,
    ...(givenName === undefined ? {} : { given_name: givenName }),
    ...(familyName === undefined ? {} : { family_name: familyName }),
    ...(phone === undefined ? {} : { phone }),
    ...(language === undefined ? {} : { language }),
    ...(timeZone === undefined ? {} : { time_zone: timeZone }),
  }
}
