import { createId, isUniqueViolation, type WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { TeamError } from '../errors.ts'
import type { DirectoryUserDraft, DirectoryUserRow } from './directory-user.ts'
import { modifiedAt, modifiedNow } from './last-modified.ts'

/** Named one by one, because statements are prepared: another replica may add a column. */
const columns = [
  'workspace_id',
  'connection_id',
  'id',
  'user_name',
  'user_name_key',
  'external_id',
  'display_name',
  'display_key',
  'active',
  'resource',
  'version',
  'created_at',
  'last_modified_at',
  'deleted_at',
] as const satisfies readonly (keyof DirectoryUserRow)[]

/** Every column of a row `u`; text, because references would be compiled one by one for each statement. */
export const userColumns: RawBuilder<unknown> = sql.raw(
  columns.map((column) => `u.${column}`).join(', '),
)

/**
 * Locks the deactivated people of a connection who have this userName, or who alone have this
 * externalId: one that an active person has too says nothing about who is meant.
 */
export async function lockInactiveUsers(
  trx: WorkspaceTransaction,
  connectionId: string,
  { userNameKey, externalId }: DirectoryUserDraft,
): Promise<DirectoryUserRow[]> {
  // Two searches of one index each; a deactivated person is found by either.
  const { rows } = await sql<DirectoryUserRow>`
    with same_external as materialized (
      select x.id from directory_users x
      where x.workspace_id = ${trx.workspaceId} and x.connection_id = ${connectionId}
        and x.external_id = ${externalId} and x.deleted_at is null
      limit 2)
    select ${userColumns} from directory_users u
    where u.workspace_id = ${trx.workspaceId} and u.id in (
        select n.id from directory_users n
        where n.workspace_id = ${trx.workspaceId} and n.connection_id = ${connectionId}
          and n.user_name_key = ${userNameKey} and n.deleted_at is null
        union all
        select x.id from same_external x where (select count(*) from same_external) = 1)
      and u.deleted_at is null and not u.active
    order by u.id for no key update of u`.execute(trx.prepared)
  return rows
}

/** Sends a new person, who is answered as they will be stored. A name that is taken fails the transaction. */
export function sendNewUser(
  trx: WorkspaceTransaction,
  connectionId: string,
  draft: DirectoryUserDraft,
): DirectoryUserRow {
  const id = createId()
  const { workspaceId, now } = trx
  const { userName, userNameKey, externalId, displayName, displayKey, active } = draft
  const resource = JSON.stringify(draft.resource)
  trx.send(
    sql`
      with mailed as (${insertEmails(trx, id, draft)})
      insert into directory_users (workspace_id, connection_id, id, user_name, user_name_key, external_id,
        display_name, display_key, active, resource)
      values (${workspaceId}, ${connectionId}, ${id}, ${userName}, ${userNameKey}, ${externalId},
        ${displayName}, ${displayKey}, ${active}, ${resource})`,
    (error) => asTeamError(error, draft),
  )
  return {
    workspace_id: workspaceId,
    connection_id: connectionId,
    id,
    ...columnsOf(draft),
    version: '1',
    created_at: now,
    last_modified_at: now,
    deleted_at: null,
  }
}

/** Sends what is new of a locked person, who is answered as they will be stored. */
export function sendChangedUser(
  trx: WorkspaceTransaction,
  current: DirectoryUserRow,
  draft: DirectoryUserDraft,
  emailsChanged: boolean,
): DirectoryUserRow {
  const { workspaceId } = trx
  const { userName, userNameKey, externalId, displayName, displayKey, active } = draft
  const resource = JSON.stringify(draft.resource)
  trx.send(
    sql`
      update directory_users u set user_name = ${userName}, user_name_key = ${userNameKey},
        external_id = ${externalId}, display_name = ${displayName}, display_key = ${displayKey},
        active = ${active}, resource = ${resource}, version = u.version + 1, last_modified_at = ${modifiedNow('u')}
      where u.workspace_id = ${workspaceId} and u.id = ${current.id}`,
    (error) => asTeamError(error, draft),
  )
  if (emailsChanged) {
    trx.send(sql`
      delete from directory_user_emails where workspace_id = ${workspaceId} and user_id = ${current.id}`)
    trx.send(insertEmails(trx, current.id, draft))
  }
  return {
    ...current,
    ...columnsOf(draft),
    version: String(BigInt(current.version) + 1n),
    last_modified_at: modifiedAt(trx, current),
  }
}

/** Any number of emails with four parameters. */
function insertEmails(
  { workspaceId }: WorkspaceTransaction,
  userId: string,
  { emails }: DirectoryUserDraft,
): RawBuilder<unknown> {
  return sql`
    insert into directory_user_emails (workspace_id, user_id, ordinal, type, value, value_key, is_primary)
    select ${workspaceId}::uuid, ${userId}::uuid, e.ordinal - 1, e.type, e.value, e.value_key, e.is_primary
    from unnest(
      ${emails.map((email) => email.type)}::text[],
      ${emails.map((email) => email.value)}::text[],
      ${emails.map((email) => email.valueKey)}::text[],
      ${emails.map((email) => email.isPrimary)}::boolean[]
    ) with ordinality as e (type, value, value_key, is_primary, ordinal)`
}

type DraftColumns = Pick<
  DirectoryUserRow,
  | 'user_name'
  | 'user_name_key'
  | 'external_id'
  | 'display_name'
  | 'display_key'
  | 'active'
  | 'resource'
>

function columnsOf(draft: DirectoryUserDraft): DraftColumns {
  return {
    user_name: draft.userName,
    user_name_key: draft.userNameKey,
    external_id: draft.externalId,
    display_name: draft.displayName,
    display_key: draft.displayKey,
    active: draft.active,
    resource: draft.resource,
  }
}

function asTeamError(error: unknown, draft: DirectoryUserDraft): unknown {
  return isUniqueViolation(error, 'directory_users_user_name_unique')
    ? new TeamError('user-name-taken', draft.userName, { cause: error })
    : error
}
