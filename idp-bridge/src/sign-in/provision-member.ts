import type { SsoProvisioning, WorkspaceTransaction } from '@plantel/db'
import {
  createMember,
  editMember,
  fold,
  hasActiveDirectory,
  type MemberAccess,
  TeamError,
} from '@plantel/team'

import { SignInError } from './sign-in-error.ts'
import type { SsoProfile } from './sso-profile.ts'

/** The role that the connection gives somebody; null is none. */
function roleOf({ defaultRole, roles = [] }: SsoProvisioning, profile: SsoProfile): string | null {
  const held = new Set(profile.roleValues ?? [])
  return roles.find(({ value }) => held.has(value))?.role ?? defaultRole
}

/**
 * Makes somebody a member whom nobody has added. The caller has seen that the address is one of the workspace's own, and
 * that no member of it has it. Whoever was removed never comes back by this. Throws `access-refused` and `member-unknown`.
 */
export async function provisionMember(
  trx: WorkspaceTransaction,
  provisioning: SsoProvisioning,
  profile: SsoProfile & { email: string },
): Promise<string> {
  const { workspaceId } = trx
  const concerns = { workspaceId, connectionId: profile.connectionId }
  if (await wasRemoved(trx, profile)) {
    throw new SignInError('access-refused', { adminDetail: 'removed', ...concerns })
  }
  const role = roleOf(provisioning, profile)
  if (role === null) {
    throw new SignInError('access-refused', { adminDetail: 'no-role-by-claims', ...concerns })
  }
  const { email, displayName, givenName, familyName } = profile
  try {
    return await createMember(trx, { email, displayName, givenName, familyName, role })
  } catch (cause) {
    throw refusedBy(cause, concerns)
  }
}

/** What the workspace does not let a sign-in give, in the words of the one who set it up. */
function refusedBy(
  cause: unknown,
  concerns: { workspaceId: string; connectionId: string },
): unknown {
  if (!(cause instanceof TeamError)) return cause
  const adminDetail = `provisioning:${cause.code}`
  return new SignInError('access-refused', { adminDetail, ...concerns, cause })
}

/** By what the identity provider calls them, or by their address. */
async function wasRemoved(
  { query, workspaceId }: WorkspaceTransaction,
  { connectionId, issuer, subject, email = '' }: SsoProfile,
): Promise<boolean> {
  const row = await query
    .selectFrom('members as member')
    .select('member.id')
    .where('member.workspace_id', '=', workspaceId)
    .where('member.state', '=', 'removed')
    .where((eb) =>
      eb.or([
        eb('member.email_key', '=', fold(email)),
        eb.exists(
          eb
            .selectFrom('sso_links as link')
            .select('link.member_id')
            .whereRef('link.workspace_id', '=', 'member.workspace_id')
            .whereRef('link.member_id', '=', 'member.id')
            .where('link.connection_id', '=', connectionId)
            .where('link.issuer', '=', issuer)
            .where('link.subject', '=', subject),
        ),
      ]),
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Gives a member the role that the claims say now. Only where claims decide, and never beside a directory: of two who
 * decide, the last to speak would win. Owners keep theirs. Answers whether anything changed.
 */
export async function followClaims(
  trx: WorkspaceTransaction,
  provisioning: SsoProvisioning | null,
  profile: SsoProfile,
  access: MemberAccess,
): Promise<boolean> {
  if (provisioning?.roleClaim === undefined || access.breakGlass) return false
  if (access.role?.key === 'owner' || access.state !== 'active') return false
  if (await hasActiveDirectory(trx)) return false
  const role = roleOf(provisioning, profile)
  if (role === null) {
    const { connectionId } = profile
    const concerns = { workspaceId: trx.workspaceId, connectionId }
    throw new SignInError('access-refused', { adminDetail: 'no-role-by-claims', ...concerns })
  }
  if (role === access.role?.key) return false
  try {
    await editMember(trx, access.memberId, { role })
  } catch (cause) {
    throw refusedBy(cause, { workspaceId: trx.workspaceId, connectionId: profile.connectionId })
  }
  return true
}
