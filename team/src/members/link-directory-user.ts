import { createId, type Schema, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import {
  type DirectoryUserDraft,
  type DirectoryUserRow,
  type DirectoryWarning,
  type MemberProfile,
  profileOf,
  signInEmail,
} from '../directory/directory-user.ts'
import { fold } from '../fold.ts'
import { closeInvitations } from '../invitations/invitation-store.ts'
import { credentialTables } from '../invitations/people-store.ts'
import { domainOfEmail } from '../workspaces/domain-name.ts'
import { isVerifiedAddress } from '../workspaces/verified-address.ts'
import { findLinkedMember, memberColumns, writeMemberProfile } from './directory-member-commands.ts'

/**
 * Gives a new directory user their member: the former one, an existing one with their email where policy says so, else a
 * new one. No member comes back with what people had granted them before.
 */
export async function linkDirectoryUser(
  trx: WorkspaceTransaction,
  user: DirectoryUserRow,
  draft: DirectoryUserDraft,
  former: string | undefined,
  decision: AdoptionDecision = 'policy',
): Promise<{ memberId: string | undefined; warnings: DirectoryWarning[] }> {
  const profile = profileOf(draft)
  if (former !== undefined) {
    await forget(trx, former)
    await relink(trx, former, user.id)
    return { memberId: former, warnings: await followDirectory(trx, user, profile) }
  }
  const created = await insertMember(trx, user, profile)
  if (created !== undefined) return { memberId: created, warnings: [] }
  return linkByEmail(trx, user, profile, decision)
}

/** What becomes of somebody whose address a member has: what policy says, one person with that member, or another. */
export type AdoptionDecision = 'policy' | 'same' | 'other'

/**
 * The member of somebody whose directory user was deleted at most thirty days ago and who now comes again as `userId`, or
 * as somebody new: by userName unless their externalIds differ, else by an externalId that nobody else has or had, else by
 * the address that they signed in with, in a domain that is proved to be the workspace's and if nobody has it now. Locked.
 */
export async function findFormerMember(
  trx: WorkspaceTransaction,
  connectionId: string,
  { userNameKey, externalId, emails }: DirectoryUserDraft,
  userId: string | null,
): Promise<string | undefined> {
  const email = signInEmail(emails)
  const emailKey = email === null ? null : fold(email)
  const domain = email === null ? undefined : domainOfEmail(email)
  // Searches of one index each; where the domain is not proved the last is none.
  const { rows } = await sql<FormerMember>`
    with former as materialized (
      select n.id, n.deleted_at, case when n.external_id is not distinct from ${externalId} then 2 else 1 end as likeness
      from directory_users n
      where n.workspace_id = ${trx.workspaceId} and n.connection_id = ${connectionId}
        and n.user_name_key = ${userNameKey} and n.deleted_at is not null
        and (n.external_id is null or ${externalId}::text is null or n.external_id = ${externalId})
      union all
      select x.id, x.deleted_at, 0 from directory_users x
      where x.workspace_id = ${trx.workspaceId} and x.connection_id = ${connectionId}
        and x.external_id = ${externalId} and x.user_name_key <> ${userNameKey} and x.deleted_at is not null
      union all
      select a.id, a.deleted_at, -1 from directory_user_emails e
      join directory_users a on a.workspace_id = e.workspace_id and a.id = e.user_id
      where e.workspace_id = ${trx.workspaceId} and e.value_key = ${emailKey}
        and a.connection_id = ${connectionId} and a.deleted_at is not null
        and exists (
          select from workspace_domains d
          where d.workspace_id = ${trx.workspaceId} and d.domain = ${domain ?? null} and d.verified_at is not null)
    )
    select m.id, former.likeness, exists (
        select from directory_users other
        where other.workspace_id = ${trx.workspaceId} and other.connection_id = ${connectionId}
          and other.external_id = ${externalId} and other.deleted_at is null
          and other.id is distinct from ${userId}::uuid
      ) as "isShared"
    from former
    join members m on m.workspace_id = ${trx.workspaceId} and m.directory_user_id = former.id
    where former.deleted_at > now() - interval '30 days' and m.state = 'removed'
      and (former.likeness >= 0 or m.email_key = ${emailKey} and not exists (
        select from members holder
        where holder.workspace_id = ${trx.workspaceId} and holder.email_key = ${emailKey} and holder.is_listed))
    order by former.likeness desc limit 2 for no key update of m`.execute(trx.prepared)
  return chooseFormer(rows)
}

interface FormerMember {
  id: string
  /**
   * 2: the same name and externalId, 1: the same name where one has no externalId, 0: the same externalId alone, -1: the
   * same address.
   */
  likeness: number
  /** Whether somebody who is there has the externalId too. */
  isShared: boolean
}

/** Entra's default externalId repeats across domains: where two could be meant, neither is. */
function chooseFormer(found: readonly FormerMember[]): string | undefined {
  const [best, next] = found.filter(({ likeness, isShared }) => likeness !== 0 || !isShared)
  return next?.likeness === best?.likeness ? undefined : best?.id
}

/** What the member had of before: an email that others may have taken, identities that somebody else may have now. */
async function forget(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  await trx.query
    .updateTable('members')
    .set({ email: null, email_key: null })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .execute()
  for (const table of credentialTables) {
    await trx.query
      .deleteFrom(table)
      .where('workspace_id', '=', trx.workspaceId)
      .where('member_id', '=', memberId)
      .execute()
  }
}

async function relink(
  trx: WorkspaceTransaction,
  memberId: string,
  directoryUserId: string,
): Promise<void> {
  await trx.query
    .updateTable('members')
    .set({ directory_user_id: directoryUserId, removed_at: null, invited_at: null })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .execute()
  await trx.query
    .deleteFrom('member_holds')
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', memberId)
    .where('source', '=', 'directory')
    .execute()
}

async function followDirectory(
  trx: WorkspaceTransaction,
  user: DirectoryUserRow,
  profile: MemberProfile,
): Promise<DirectoryWarning[]> {
  const member = await findLinkedMember(trx, user.id)
  if (member === undefined) throw new Error('Who was linked a moment ago is not.')
  const { warnings } = await writeMemberProfile(trx, member, profile, user.user_name)
  return warnings
}

/** Answers undefined when another member signs in with the email: the database decides, not a look beforehand. */
async function insertMember(
  trx: WorkspaceTransaction,
  user: DirectoryUserRow,
  profile: MemberProfile,
): Promise<string | undefined> {
  const row = await trx.query
    .insertInto('members')
    .values({
      workspace_id: trx.workspaceId,
      id: createId(),
      source: 'directory',
      directory_user_id: user.id,
      ...memberColumns(profile, user.user_name),
      state: 'active',
      no_role_reason: 'no_grant',
      conversation_access: 'own',
      access_valid_from: new Date(0),
      // Not projected yet.
      version: 0,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['workspace_id', 'email_key'])
        .where('email_key', 'is not', null)
        .where(sql<boolean>`is_listed`)
        .doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

async function linkByEmail(
  trx: WorkspaceTransaction,
  user: DirectoryUserRow,
  profile: MemberProfile,
  decision: AdoptionDecision,
): Promise<{ memberId: string | undefined; warnings: DirectoryWarning[] }> {
  const email = profile.email ?? ''
  const holder = await trx.query
    .selectFrom('members')
    .select(['id', 'directory_user_id', 'state'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('email_key', '=', fold(email))
    .where(sql<boolean>`is_listed`)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (holder !== undefined && holder.directory_user_id === null && decision !== 'other') {
    if (decision === 'policy' && !(await mayTakeOver(trx, email, holder.state))) {
      return { memberId: undefined, warnings: [{ code: 'adoption_pending', subject: user.id }] }
    }
    // The directory vouches for them now: nobody comes in by the link any more, also of those whom an admin has suspended.
    await closeInvitations(trx, [holder.id], 'accepted')
    await relink(trx, holder.id, user.id)
    await followDirectory(trx, user, profile)
    return { memberId: holder.id, warnings: [] }
  }
  // Another person of the directory, or the holder left meanwhile: nobody's sign-in email is taken over.
  const memberId = await insertMember(trx, user, { ...profile, email: null })
  return { memberId, warnings: [{ code: 'email_taken', subject: user.id }] }
}

/**
 * Whether a directory may take over a member by their address: never outside the domains that are proved to be the
 * workspace's, since any directory can write any address; inside them whoever was only invited, and where policy says so
 * everybody.
 */
async function mayTakeOver(
  trx: WorkspaceTransaction,
  email: string,
  state: Schema['members']['state'],
): Promise<boolean> {
  if (!(await isVerifiedAddress(trx, email))) return false
  return state === 'invited' || (await adoptionPolicy(trx)) === 'auto'
}

async function adoptionPolicy(trx: WorkspaceTransaction): Promise<'review' | 'auto'> {
  const { policies } = await trx.query
    .selectFrom('workspaces')
    .select('policies')
    .where('id', '=', trx.workspaceId)
    .executeTakeFirstOrThrow()
  return policies.adoption
}
