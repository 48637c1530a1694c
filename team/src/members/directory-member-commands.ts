import { isUniqueViolation, type MembersTable, type WorkspaceTransaction } from '@plantel/db'
import { type Selectable, sql } from 'kysely'

import {
  type DirectoryWarning,
  type MemberProfile,
  searchKeyOf,
} from '../directory/directory-user.ts'
import { fold } from '../fold.ts'
import { nameKey } from './name-key.ts'

/** Lets the member follow the directory; keeps the former email where the new one is another member's. */
export async function writeMemberProfile(
  trx: WorkspaceTransaction,
  current: LinkedMember,
  profile: MemberProfile,
  userName: string,
): Promise<WrittenProfile> {
  const { email, email_key, ...columns } = memberColumns(profile, userName)
  const { displayName } = profile
  const changed = profileColumns.some((column) => current[column] !== columns[column])
  if (changed) {
    trx.send(
      trx.query
        .updateTable('members')
        .set({ ...columns, version: sql<string>`version + 1` })
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', current.id),
    )
  }
  if (current.email === email) return { changed, displayName, email, warnings: [] }
  if (await takeEmail(trx, current, email, email_key)) {
    return { changed: true, displayName, email, warnings: [] }
  }
  const warnings = [{ code: 'email_taken' as const, subject: current.id }]
  return { changed, displayName, email: current.email, warnings }
}

/** What a member's profile is now. */
export interface WrittenProfile {
  changed: boolean
  displayName: string
  email: string | null
  warnings: DirectoryWarning[]
}

/** Columns of a member's profile beside the address. */
export const profileColumns = [
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

/** A member as far as the directory writes them. */
export type LinkedMember = Pick<
  Selectable<MembersTable>,
  'id' | 'state' | 'email' | (typeof profileColumns)[number]
>

/** Answers false, and leaves the former email, when another member signs in with it: the database decides. */
async function takeEmail(
  trx: WorkspaceTransaction,
  member: LinkedMember,
  email: string | null,
  emailKey: string | null,
): Promise<boolean> {
  // The unique index passes over removed members; one who is coming back must be looked up.
  if (member.state === 'removed' && (await isEmailTaken(trx, email))) return false
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

/** Whether somebody who has not been removed signs in with this email. */
async function isEmailTaken(trx: WorkspaceTransaction, email: string | null): Promise<boolean> {
  if (email === null) return false
  const { rows } = await sql`
    select id from members
    where workspace_id = ${trx.workspaceId} and email_key = ${fold(email)} and is_listed
    limit 1`.execute(trx.prepared)
  return rows.length > 0
}

/** SCIM `active` reads and writes the directory's hold on the member of a directory user and no other; nobody has none. */
export function sendDirectoryHold(
  trx: WorkspaceTransaction,
  directoryUserId: string,
  held: boolean,
): void {
  trx.send(
    held
      ? sql`
        insert into member_holds (workspace_id, member_id, source, request_id)
        select m.workspace_id, m.id, 'directory', ${trx.actor.requestId} from members m
        where m.workspace_id = ${trx.workspaceId} and m.directory_user_id = ${directoryUserId}
        on conflict do nothing`
      : sql`
        delete from member_holds h
        where h.workspace_id = ${trx.workspaceId} and h.source = 'directory' and h.member_id = (
          select m.id from members m
          where m.workspace_id = ${trx.workspaceId} and m.directory_user_id = ${directoryUserId})`,
  )
}

/** The member a directory user is linked to; undefined while the adoption is pending. */
export async function findLinkedMember(
  trx: WorkspaceTransaction,
  directoryUserId: string,
): Promise<LinkedMember | undefined> {
  const { rows } = await sql<LinkedMember>`
    select id, state, email, ${sql.raw(profileColumns.join(', '))}
    from members where workspace_id = ${trx.workspaceId} and directory_user_id = ${directoryUserId}`.execute(
    trx.prepared,
  )
  return rows[0]
}

/** What of a member's row follows the directory. */
export interface ProfileColumns {
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

/** A profile as columns, folded for search and order. */
export function memberColumns(profile: MemberProfile, userName: string): ProfileColumns {
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
