import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import type { ProfileField } from './member-fields.ts'

/** What the form that edits a member shows. Undefined for somebody who is no member. */
export async function readMemberProfile(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<Record<ProfileField, string | null> | undefined> {
  return trx.query
    .selectFrom('members')
    .select([
      'given_name as givenName',
      'family_name as familyName',
      'display_name as displayName',
      'signature_name as signatureName',
      'phone',
      'job_title as jobTitle',
      'language',
      'time_zone as timeZone',
      'avatar_url as avatarUrl',
    ])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .where(sql<boolean>`is_listed`)
    .executeTakeFirst()
}
