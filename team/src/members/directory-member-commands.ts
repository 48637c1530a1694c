import {
  createId,
  isUniqueViolation,
  type MemberState,
  type WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'

import {
  type DirectoryUserDraft,
  type DirectoryUserRow,
  type DirectoryWarning,
  type MemberProfile,
  profileOf,
  searchKeyOf,
} from '../directory/directory-user.ts'
import { fold } from '../fold.ts'
import { closeInvitations } from '../invitations/invitation-store.ts'
import { nameKey } from './name-key.ts'

/**
 * Gives a new directory user their member: the one they had before they were deleted, an existing one with their email
 * where policy says so, else a new one. No member comes back with what people had granted them before.
 */
export async function linkDirectoryUser(
  trx: WorkspaceTransaction,
  user: DirectoryUserRow,
  draft: DirectoryUserDraft,
): Promise<{ memberId: string | undefined; warnings: DirectoryWarning[] }> {
  const profile = profileOf(draft)
  const former = await findFormerMember(trx, user)
  if (former !== undefined) {
    await forget(trx, former)
    await relink(trx, former, user.id)
    const { warnings } = await writeMemberProfile(trx, former, profile, draft.userName)
    return { memberId: former, warnings }
  }
  const created = await insertMember(trx, user, profile)
  if (created !== undefined) return { memberId: created, warnings: [] }
  return linkByEmail(trx, user, profile)
}

/**
 * Somebody whose directory user was deleted at most thirty days ago and who now comes again: by externalId, or by
 * userName where one side has no externalId. The same name with another externalId is another person.
 */
async function findFormerMember(
  trx: WorkspaceTransaction,
  user: DirectoryUserRow,
): Promise<string | undefined> {
  const row = await trx.query
    .selectFrom('directory_users as former')
    .innerJoin('members as member', (join) =>
      join
        .onRef('member.workspace_id', '=', 'former.workspace_id')
        .onRef('member.directory_user_id', '=', 'former.id'),
    )
    .select('member.id')
    .where('former.workspace_id', '=', trx.workspaceId)
    .where('former.connection_id', '=', user.connection_id)
    .where('member.state', '=', 'removed')
    .where('former.deleted_at', '>', sql<Date>`now() - interval '30 days'`)
    .where((eb) => {
      const sameName = eb('former.user_name_key', '=', user.user_name_key)
      return user.external_id === null
        ? sameName
        : eb.or([
            eb('former.external_id', '=', user.external_id),
            eb.and([sameName, eb('former.external_id', 'is', null)]),
          ])
    })
    .orderBy(sql`former.external_id is not distinct from ${user.external_id}`, 'desc')
    .orderBy('former.deleted_at', 'desc')
    .limit(1)
    .forNoKeyUpdate('member')
    .executeTakeFirst()
  return row?.id
}

/** What the member had of before: an email that others may have taken, identities that somebody else may have now. */
async function forget(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  await trx.query
    .updateTable('members')
    .set({ email: null, email_key: null })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .execute()
  for (const table of ['sso_links', 'member_passwords'] as const) {
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
      ...columnsOf(profile, user.user_name),
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
        .where('state', '<>', 'removed')
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
): Promise<{ memberId: string | undefined; warnings: DirectoryWarning[] }> {
  const email = profile.email ?? ''
  const holder = await trx.query
    .selectFrom('members')
    .select(['id', 'directory_user_id', 'state'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('email_key', '=', fold(email))
    .where('state', '<>', 'removed')
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (holder !== undefined && holder.directory_user_id === null) {
    if ((await adoptionPolicy(trx)) === 'review') {
      return { memberId: undefined, warnings: [{ code: 'adoption_pending', subject: user.id }] }
    }
    // The directory vouches for them now: nobody comes in by the link any more.
    if (holder.state === 'invited') await closeInvitations(trx, [holder.id], 'accepted')
    await relink(trx, holder.id, user.id)
    await writeMemberProfile(trx, holder.id, profile, user.user_name)
    return { memberId: holder.id, warnings: [] }
  }
  // Another person of the directory, or the holder left meanwhile: nobody's sign-in email is taken over.
  const memberId = await insertMember(trx, user, { ...profile, email: null })
  return { memberId, warnings: [{ code: 'email_taken', subject: user.id }] }
}

async function adoptionPolicy(trx: WorkspaceTransaction): Promise<'review' | 'auto'> {
  const { policies } = await trx.query
    .selectFrom('workspaces')
    .select('policies')
    .where('id', '=', trx.workspaceId)
    .executeTakeFirstOrThrow()
  return policies.adoption
}

/** Lets the member follow the directory; keeps the former email where the new one is another member's. */
export async function writeMemberProfile(
  trx: WorkspaceTransaction,
  memberId: string,
  profile: MemberProfile,
  userName: string,
): Promise<{ changed: boolean; warnings: DirectoryWarning[] }> {
  const { email, email_key, ...columns } = columnsOf(profile, userName)
  const current = await trx.query
    .selectFrom('members')
    .select(['state', 'email', ...profileColumns])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .executeTakeFirstOrThrow()
  const changed = profileColumns.some((column) => current[column] !== columns[column])
  if (changed) {
    await trx.query
      .updateTable('members')
      .set({ ...columns, version: sql<string>`version + 1` })
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', memberId)
      .execute()
  }
  if (current.email === email) return { changed, warnings: [] }
  if (await takeEmail(trx, { id: memberId, state: current.state }, email, email_key)) {
    return { changed: true, warnings: [] }
  }
  return { changed, warnings: [{ code: 'email_taken', subject: memberId }] }
}

const profileColumns = [
  'given_name',
  'family_name',
  'display_name',
  'display_key',
  'search_key',
  'phone',
  'job_title',
  'language',
  'time_zone',
  'avatar_url',
] as const

/** Answers false, and leaves the former email, when another member signs in with it: the database decides. */
async function takeEmail(
  trx: WorkspaceTransaction,
  member: { id: string; state: MemberState },
  email: string | null,
  emailKey: string | null,
): Promise<boolean> {
  // The unique index passes over removed members; one who is coming back must be looked up.
  if (member.state === 'removed' && (await isEmailTaken(trx, emailKey))) return false
  await sql`savepoint take_email`.execute(trx.query)
  try {
    await trx.query
      .updateTable('members')
      .set({ email, email_key: emailKey })
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', member.id)
      .execute()
    return true
  } catch (error) {
    if (!isUniqueViolation(error, 'members_email_unique')) throw error
    await sql`rollback to savepoint take_email`.execute(trx.query)
    return false
  }
}

async function isEmailTaken(trx: WorkspaceTransaction, emailKey: string | null): Promise<boolean> {
  const holder = await trx.query
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('email_key', '=', emailKey)
    .where('state', '<>', 'removed')
    .executeTakeFirst()
  return holder !== undefined
}

/** SCIM `active` reads and writes the directory's hold and no other. */
export async function setDirectoryHold(
  trx: WorkspaceTransaction,
  memberId: string,
  held: boolean,
): Promise<void> {
  if (held) {
    await trx.query
      .insertInto('member_holds')
      .values({
        workspace_id: trx.workspaceId,
        member_id: memberId,
        source: 'directory',
        request_id: trx.actor.requestId,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return
  }
  await trx.query
    .deleteFrom('member_holds')
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', memberId)
    .where('source', '=', 'directory')
    .execute()
}

/** The member a directory user is linked to; undefined while the adoption is pending. */
export async function findMemberOfDirectoryUser(
  trx: WorkspaceTransaction,
  directoryUserId: string,
): Promise<string | undefined> {
  const row = await trx.query
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('directory_user_id', '=', directoryUserId)
    .executeTakeFirst()
  return row?.id
}

/** The members of directory users, in one round trip; those without a link are left out. */
export async function findMembersOfDirectoryUsers(
  trx: WorkspaceTransaction,
  directoryUserIds: readonly string[],
): Promise<string[]> {
  const rows = await trx.query
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('directory_user_id', '=', sql<string>`any(${[...directoryUserIds]}::uuid[])`)
    .execute()
  return rows.map((row) => row.id)
}

interface ProfileColumns {
  email: string | null
  email_key: string | null
  given_name: string | null
  family_name: string | null
  display_name: string
  display_key: string
  search_key: string
  phone: string | null
  job_title: string | null
  language: string | null
  time_zone: string | null
  avatar_url: string | null
}

function columnsOf(profile: MemberProfile, userName: string): ProfileColumns {
  return {
    email: profile.email,
    email_key: profile.email === null ? null : fold(profile.email),
    given_name: profile.givenName,
    family_name: profile.familyName,
    display_name: profile.displayName,
    display_key: nameKey(profile.displayName),
    search_key: searchKeyOf(profile, userName),
    phone: profile.phone,
    job_title: profile.jobTitle,
    language: profile.language,
    time_zone: profile.timeZone,
    avatar_url: profile.avatarUrl,
  }
}
