import type { DirectoryUsersTable } from '@plantel/db'
import type { Selectable } from 'kysely'

import { fold } from '../fold.ts'
import { nameKey } from '../members/name-key.ts'

/** What a directory asserts about a person, with what the workspace reads from it. `*Key` are folded. */
export interface DirectoryUserDraft {
  userName: string
  userNameKey: string
  externalId: string | null
  displayName: string | null
  displayKey: string | null
  active: boolean
  /** The whole resource as SCIM shows it, without `id`, `meta` and `groups`. */
  resource: Record<string, unknown>
  emails: readonly DirectoryUserEmail[]
  givenName: string | null
  familyName: string | null
  title: string | null
  department: string | null
  phone: string | null
  preferredLanguage: string | null
  timeZone: string | null
  photoUrl: string | null
}

export interface DirectoryUserEmail {
  type: string | null
  value: string
  valueKey: string
  isPrimary: boolean
}

export type DirectoryUserRow = Selectable<DirectoryUsersTable>

/** What a directory's request did not do although it was accepted. */
export interface DirectoryWarning {
  /**
   * `adoption_pending`: an existing member has this email and keeps their access until the link is decided.
   * `email_taken`: another member signs in with this email; this one has none.
   */
  code: 'adoption_pending' | 'email_taken'
  subject: string
}

/** What of a member follows the directory. */
export interface MemberProfile {
  email: string | null
  givenName: string | null
  familyName: string | null
  displayName: string
  phone: string | null
  jobTitle: string | null
  language: string | null
  timeZone: string | null
  avatarUrl: string | null
}

/** The address a person signs in with: the primary one, else work, else the first. */
export function signInEmail(emails: readonly DirectoryUserEmail[]): string | null {
  const best =
    emails.find((email) => email.isPrimary) ??
    emails.find((email) => email.type !== null && fold(email.type) === 'work') ??
    emails[0]
  return best?.value ?? null
}

/** The member's own fields, as far as the directory says them. */
export function profileOf(draft: DirectoryUserDraft): MemberProfile {
  const fullName = [draft.givenName, draft.familyName].filter((part) => part !== null).join(' ')
  return {
    email: signInEmail(draft.emails),
    givenName: draft.givenName,
    familyName: draft.familyName,
    displayName: draft.displayName ?? (fullName === '' ? draft.userName : fullName),
    phone: draft.phone,
    jobTitle: draft.title,
    language: draft.preferredLanguage,
    timeZone: draft.timeZone,
    avatarUrl: draft.photoUrl,
  }
}

/** What the members list's search looks in. */
export function searchKeyOf(
  profile: Pick<MemberProfile, 'displayName' | 'email'>,
  userName: string | null,
): string {
  return nameKey(
    [profile.displayName, profile.email, userName].filter((part) => part !== null).join('\n'),
  )
}
