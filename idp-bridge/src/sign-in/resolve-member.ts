import type { WorkspaceTransaction } from '@plantel/db'
import {
  findMemberByDirectoryAttribute,
  type InvitationLink,
  type MemberAccess,
  mayEnter,
  readMemberAccess,
} from '@plantel/team'

import type { SsoBinding } from '../connections/sso-connection.ts'
import { SignInError } from './sign-in-error.ts'
import type { SsoProfile } from './sso-profile.ts'
import { takeInvitation } from './take-invitation.ts'

/**
 * Who the verified person is in this workspace, and whether they may come in: the member linked to
 * (connection, issuer, subject), else the one whose directory user holds the binding claim's value, else the one whose
 * invitation they came with. Throws `member-unknown`, `access-refused`, and for the invitation `link-unknown`,
 * `link-used` or `link-expired`.
 */
export async function resolveMember(
  trx: WorkspaceTransaction,
  binding: SsoBinding,
  profile: SsoProfile,
  invitation?: InvitationLink,
): Promise<MemberAccess> {
  const concerns = { workspaceId: trx.workspaceId, connectionId: profile.connectionId }
  const memberId =
    (await findLinkedMember(trx, profile)) ??
    (await linkByBinding(trx, binding, profile)) ??
    (await linkByInvitation(trx, profile, invitation))
  if (memberId === undefined) {
    const adminDetail =
      profile.bindingValue === undefined
        ? `claim-missing:${binding.claim}`
        : `no-match:${binding.claim}→${binding.attribute}`
    throw new SignInError('member-unknown', { adminDetail, ...concerns })
  }
  const access = await readMemberAccess(trx, memberId)
  if (access === undefined) throw new SignInError('member-unknown', concerns)
  const answer = mayEnter(access, trx.now)
  if (answer !== 'yes')
    throw new SignInError('access-refused', { adminDetail: answer, ...concerns })
  return access
}

async function findLinkedMember(
  trx: WorkspaceTransaction,
  profile: SsoProfile,
): Promise<string | undefined> {
  const row = await trx.query
    .selectFrom('sso_links as link')
    .innerJoin('members as member', (join) =>
      join
        .onRef('member.workspace_id', '=', 'link.workspace_id')
        .onRef('member.id', '=', 'link.member_id'),
    )
    .select('link.member_id')
    .where('link.workspace_id', '=', trx.workspaceId)
    .where('link.connection_id', '=', profile.connectionId)
    .where('link.issuer', '=', profile.issuer)
    .where('link.subject', '=', profile.subject)
    // Who left and is added anew is another member.
    .where('member.state', '<>', 'removed')
    .executeTakeFirst()
  return row?.member_id
}

async function linkByBinding(
  trx: WorkspaceTransaction,
  binding: SsoBinding,
  profile: SsoProfile,
): Promise<string | undefined> {
  if (profile.bindingValue === undefined) return undefined
  const memberId = await findMemberByDirectoryAttribute(
    trx,
    binding.attribute,
    profile.bindingValue,
  )
  return memberId === undefined ? undefined : link(trx, profile, memberId)
}

/** Whoever holds the mailed link and an account of the company is the one who was invited. */
async function linkByInvitation(
  trx: WorkspaceTransaction,
  profile: SsoProfile,
  invitation: InvitationLink | undefined,
): Promise<string | undefined> {
  if (invitation === undefined) return undefined
  return link(trx, profile, await takeInvitation(trx, invitation))
}

async function link(
  trx: WorkspaceTransaction,
  profile: SsoProfile,
  memberId: string,
): Promise<string | undefined> {
  await trx.query
    .insertInto('sso_links')
    .values({
      workspace_id: trx.workspaceId,
      connection_id: profile.connectionId,
      issuer: profile.issuer,
      subject: profile.subject,
      member_id: memberId,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['workspace_id', 'connection_id', 'issuer', 'subject'])
        .doUpdateSet({ member_id: memberId })
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('members as former')
              .select('former.id')
              .whereRef('former.workspace_id', '=', 'sso_links.workspace_id')
              .whereRef('former.id', '=', 'sso_links.member_id')
              .where('former.state', '=', 'removed'),
          ),
        ),
    )
    .execute()
  // Two first sign-ins at once: whoever linked first decides.
  return findLinkedMember(trx, profile)
}
