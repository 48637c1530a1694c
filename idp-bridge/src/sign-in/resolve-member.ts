import type { MemberState, SsoProvisioning, WorkspaceTransaction } from '@plantel/db'
import {
  findMemberByDirectoryAttribute,
  findOpenInvitation,
  fold,
  type InvitationLink,
  type MemberAccess,
  mayEnter,
  readMemberAccess,
  isVerifiedAddress,
} from '@plantel/team'
import { sql } from 'kysely'

import type { SsoBinding, SsoConnection } from '../connections/sso-connection.ts'
import { followClaims, provisionMember } from './provision-member.ts'
import { SignInError } from './sign-in-error.ts'
import type { SsoProfile } from './sso-profile.ts'
import { takeInvitation } from './take-invitation.ts'

/**
 * Who the verified person is in this workspace, and whether they may come in: the member linked to (connection, issuer,
 * subject); else the one whose directory user holds the binding claim's value; else, inside a verified domain, the one
 * with their address; else the one whose invitation they came with, or, inside a verified domain, whose invitation went
 * to their address; else, where the connection says so, a new one. Throws `member-unknown`, `access-refused`, and for
 * the invitation `link-unknown`, `link-used` or `link-expired`.
 */
export async function resolveMember(
  trx: WorkspaceTransaction,
  connection: Pick<SsoConnection, 'binding' | 'provisioning'>,
  profile: SsoProfile,
  invitation?: InvitationLink,
): Promise<MemberAccess> {
  const { binding, provisioning } = connection
  const concerns = { workspaceId: trx.workspaceId, connectionId: profile.connectionId }
  const memberId =
    (await findLinkedMember(trx, profile)) ??
    (await linkByBinding(trx, binding, profile)) ??
    (await linkOthers(trx, provisioning, profile, invitation))
  const access = memberId === undefined ? undefined : await readMemberAccess(trx, memberId)
  if (access === undefined) {
    const adminDetail =
      profile.bindingValue === undefined
        ? `claim-missing:${binding.claim}`
        : `no-match:${binding.claim}→${binding.attribute}`
    throw new SignInError('member-unknown', { adminDetail, ...concerns })
  }
  const hasChanged = await followClaims(trx, provisioning, profile, access)
  const current = hasChanged ? await readMemberAccess(trx, access.memberId) : access
  const answer = current === undefined ? 'removed' : mayEnter(current, trx.now)
  if (current === undefined || answer !== 'yes') {
    throw new SignInError('access-refused', { adminDetail: answer, ...concerns })
  }
  return current
}

/** Everything that needs to know whose the address is. */
async function linkOthers(
  trx: WorkspaceTransaction,
  provisioning: SsoProvisioning | null,
  profile: SsoProfile,
  invitation: InvitationLink | undefined,
): Promise<string | undefined> {
  const { email } = profile
  const ownEmail = email !== undefined && (await isVerifiedAddress(trx, email)) ? email : undefined
  const known = ownEmail === undefined ? undefined : await findMemberByAddress(trx, ownEmail)
  if (known !== undefined && known.state !== 'invited') return link(trx, profile, known.id)
  const accepted =
    invitation ?? (ownEmail === undefined ? undefined : await findOpenInvitation(trx, ownEmail))
  if (accepted !== undefined) return link(trx, profile, await takeInvitation(trx, accepted))
  if (provisioning === null || ownEmail === undefined || known !== undefined) return undefined
  const memberId = await provisionMember(trx, provisioning, { ...profile, email: ownEmail })
  return link(trx, profile, memberId)
}

async function findMemberByAddress(
  { query, workspaceId }: WorkspaceTransaction,
  email: string,
): Promise<{ id: string; state: MemberState } | undefined> {
  return query
    .selectFrom('members')
    .select(['id', 'state'])
    .where('workspace_id', '=', workspaceId)
    .where('email_key', '=', fold(email))
    .where(sql<boolean>`is_listed`)
    .executeTakeFirst()
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
