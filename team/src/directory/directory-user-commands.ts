import { isDeepStrictEqual } from 'node:util'

import { createId, isUniqueViolation, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { recordChanges } from '../history/record-change.ts'
import { differsForRules } from '../mapping/directory-attribute.ts'
import { rulesHeld } from '../mapping/hold-rules.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import {
  findMemberOfDirectoryUser,
  linkDirectoryUser,
  setDirectoryHold,
  writeMemberProfile,
} from '../members/directory-member-commands.ts'
import {
  type DirectoryUserDraft,
  type DirectoryUserRow,
  type DirectoryWarning,
  profileOf,
} from './directory-user.ts'

/**
 * A directory asserts a new person. Okta posts again somebody whom it deactivated before: the same externalId, or
 * the same userName where one side has no externalId, restores the deactivated one. Throws `user-name-taken`.
 */
export async function provisionDirectoryUser(
  trx: WorkspaceTransaction,
  connectionId: string,
  draft: DirectoryUserDraft,
): Promise<{
  outcome: 'created' | 'restored'
  user: DirectoryUserRow
  warnings: DirectoryWarning[]
}> {
  const inactive = await findInactiveTwin(trx, connectionId, draft)
  if (inactive !== undefined) {
    // What a client leaves out of a PUT is kept, and so it is here.
    const externalId = draft.externalId ?? inactive.external_id
    const { user, warnings } = await writeDirectoryUser(trx, inactive, { ...draft, externalId })
    return { outcome: 'restored', user, warnings }
  }
  const user = await insertDirectoryUser(trx, connectionId, draft)
  await recordUserChange(trx, 'directory_user.created', user.id, null, user)
  return { outcome: 'created', user, warnings: await giveMember(trx, user, draft) }
}

/** Links a directory user without a member to one, unless that waits for a decision, and projects them. */
async function giveMember(
  trx: WorkspaceTransaction,
  user: DirectoryUserRow,
  draft: DirectoryUserDraft,
): Promise<DirectoryWarning[]> {
  const { memberId, warnings } = await linkDirectoryUser(trx, user, draft)
  if (memberId === undefined) return warnings
  if (!draft.active) await setDirectoryHold(trx, memberId, true)
  await reprojectMembers(trx, [memberId])
  return warnings
}

async function findInactiveTwin(
  trx: WorkspaceTransaction,
  connectionId: string,
  draft: DirectoryUserDraft,
): Promise<DirectoryUserRow | undefined> {
  const rows = await trx.query
    .selectFrom('directory_users')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', connectionId)
    .where('deleted_at', 'is', null)
    .where('active', '=', false)
    .where((eb) =>
      eb.or([
        eb('user_name_key', '=', draft.userNameKey),
        ...(draft.externalId === null ? [] : [eb('external_id', '=', draft.externalId)]),
      ]),
    )
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
  const sameName = rows.find((row) => row.user_name_key === draft.userNameKey)
  if (sameName !== undefined) {
    const isSame =
      sameName.external_id === draft.externalId ||
      sameName.external_id === null ||
      draft.externalId === null
    return isSame ? sameName : undefined
  }
  // An externalId may repeat; only one that is unambiguous says who it is.
  return rows.length === 1 ? rows[0] : undefined
}

async function insertDirectoryUser(
  trx: WorkspaceTransaction,
  connectionId: string,
  draft: DirectoryUserDraft,
): Promise<DirectoryUserRow> {
  try {
    const id = createId()
    // One statement: round trips are what a creation costs.
    return await trx.query
      .with('created', (query) =>
        query
          .insertInto('directory_users')
          .values({
            workspace_id: trx.workspaceId,
            connection_id: connectionId,
            id,
            ...columnsOf(draft),
          })
          .returningAll(),
      )
      .with('mailed', (query) =>
        query
          .insertInto('directory_user_emails')
          .columns(emailColumns)
          .expression(emailRows(trx, id, draft)),
      )
      .selectFrom('created')
      .selectAll()
      .executeTakeFirstOrThrow()
  } catch (error) {
    throw asTeamError(error, draft)
  }
}

/** Locks a directory user that is not deleted, so that what is read stays true until the end of the transaction. */
export async function lockDirectoryUser(
  trx: WorkspaceTransaction,
  connectionId: string,
  userId: string,
): Promise<DirectoryUserRow | undefined> {
  return (
    trx.query
      .with(
        (cte) => cte('held').materialized(),
        (query) => query.selectNoFrom(rulesHeld(trx).as('rules')),
      )
      .selectFrom(['held', 'directory_users'])
      .selectAll('directory_users')
      .where('workspace_id', '=', trx.workspaceId)
      .where('connection_id', '=', connectionId)
      .where('id', '=', userId)
      .where('deleted_at', 'is', null)
      // Not FOR UPDATE: memberships of the user may be written meanwhile.
      .forNoKeyUpdate('directory_users')
      .executeTakeFirst()
  )
}

/**
 * The directory says something new about a locked person. What is already so changes nothing: neither version nor
 * history. Throws `user-name-taken`.
 */
export async function writeDirectoryUser(
  trx: WorkspaceTransaction,
  current: DirectoryUserRow,
  draft: DirectoryUserDraft,
): Promise<{ user: DirectoryUserRow; changed: boolean; warnings: DirectoryWarning[] }> {
  if (isSame(current, draft)) return { user: current, changed: false, warnings: [] }
  const user = await updateDirectoryUser(trx, current, draft)
  await recordUserChange(trx, 'directory_user.changed', user.id, current, user)
  const memberId = await findMemberOfDirectoryUser(trx, user.id)
  if (memberId === undefined) {
    // The adoption was pending; with another email it may be none any more.
    return { user, changed: true, warnings: await giveMember(trx, user, draft) }
  }
  const profile = await writeMemberProfile(trx, memberId, profileOf(draft), draft.userName)
  if (current.active !== user.active) await setDirectoryHold(trx, memberId, !user.active)
  const isMovedByRules = differsForRules(current.resource, user.resource)
  if (profile.changed || current.active !== user.active || isMovedByRules) {
    await reprojectMembers(trx, [memberId], new Set(profile.changed ? [memberId] : []))
  }
  return { user, changed: true, warnings: profile.warnings }
}

async function updateDirectoryUser(
  trx: WorkspaceTransaction,
  current: DirectoryUserRow,
  draft: DirectoryUserDraft,
): Promise<DirectoryUserRow> {
  try {
    const user = await trx.query
      .updateTable('directory_users')
      .set({
        ...columnsOf(draft),
        version: sql<string>`version + 1`,
        last_modified_at: sql<Date>`now()`,
      })
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', current.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    if (!isDeepStrictEqual(current.resource['emails'], user.resource['emails'])) {
      await trx.query
        .deleteFrom('directory_user_emails')
        .where('workspace_id', '=', trx.workspaceId)
        .where('user_id', '=', user.id)
        .execute()
      await trx.query
        .insertInto('directory_user_emails')
        .columns(emailColumns)
        .expression(emailRows(trx, user.id, draft))
        .execute()
    }
    return user
  } catch (error) {
    throw asTeamError(error, draft)
  }
}

/**
 * The directory deletes a locked person: the row stays as a tombstone, its names are free at once, the member is
 * removed and their memberships end.
 */
export async function removeDirectoryUser(
  trx: WorkspaceTransaction,
  current: DirectoryUserRow,
): Promise<void> {
  await trx.query
    .updateTable('directory_users')
    .set({ deleted_at: sql<Date>`now()` })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', current.id)
    .execute()
  await endMemberships(trx, current.id)
  await recordUserChange(trx, 'directory_user.deleted', current.id, current, null)
  const memberId = await findMemberOfDirectoryUser(trx, current.id)
  if (memberId !== undefined) await reprojectMembers(trx, [memberId])
}

async function endMemberships(trx: WorkspaceTransaction, userId: string): Promise<void> {
  // Groups are locked in order of their ids, as every other writer does.
  await sql`
    with locked as materialized (
      select g.id from directory_groups g
      where g.workspace_id = ${trx.workspaceId} and g.id in (
        select m.group_id from directory_group_members m
        where m.workspace_id = ${trx.workspaceId} and m.user_id = ${userId})
      order by g.id for no key update
    ), gone as (
      delete from directory_group_members m using locked
      where m.workspace_id = ${trx.workspaceId} and m.user_id = ${userId} and m.group_id = locked.id
      returning m.group_id
    )
    update directory_groups g
    set member_count = g.member_count - 1, version = g.version + 1, last_modified_at = now()
    from gone where g.workspace_id = ${trx.workspaceId} and g.id = gone.group_id`.execute(trx.query)
}

const emailColumns = [
  'workspace_id',
  'user_id',
  'ordinal',
  'type',
  'value',
  'value_key',
  'is_primary',
] as const

/** A select of the rows of `emailColumns`; five parameters for any number of emails. */
function emailRows(trx: WorkspaceTransaction, userId: string, { emails }: DirectoryUserDraft) {
  return sql<never>`(
    select ${trx.workspaceId}::uuid, ${userId}::uuid, e.ordinal - 1, e.type, e.value, e.value_key, e.is_primary
    from unnest(
      ${emails.map((email) => email.type)}::text[],
      ${emails.map((email) => email.value)}::text[],
      ${emails.map((email) => email.valueKey)}::text[],
      ${emails.map((email) => email.isPrimary)}::boolean[]
    ) with ordinality as e (type, value, value_key, is_primary, ordinal))`
}

function columnsOf(draft: DirectoryUserDraft): {
  user_name: string
  user_name_key: string
  external_id: string | null
  display_name: string | null
  display_key: string | null
  active: boolean
  resource: string
} {
  return {
    user_name: draft.userName,
    user_name_key: draft.userNameKey,
    external_id: draft.externalId,
    display_name: draft.displayName,
    display_key: draft.displayKey,
    active: draft.active,
    resource: JSON.stringify(draft.resource),
  }
}

function isSame(current: DirectoryUserRow, draft: DirectoryUserDraft): boolean {
  return (
    current.user_name === draft.userName &&
    current.external_id === draft.externalId &&
    current.display_name === draft.displayName &&
    current.active === draft.active &&
    // Through JSON, because what comes from the database has other prototypes and another order of keys.
    isDeepStrictEqual(current.resource, JSON.parse(JSON.stringify(draft.resource)))
  )
}

async function recordUserChange(
  trx: WorkspaceTransaction,
  action: string,
  userId: string,
  before: DirectoryUserRow | null,
  after: DirectoryUserRow | null,
): Promise<void> {
  await recordChanges(trx, [
    {
      action,
      subject: { kind: 'directory_user', id: userId },
      before: auditOf(before),
      after: auditOf(after),
    },
  ])
}

/** Audit says that a person changed; the values are the directory's and stay in its rows. */
function auditOf(row: DirectoryUserRow | null): Record<string, unknown> | null {
  return row === null ? null : { active: row.active, version: row.version }
}

function asTeamError(error: unknown, draft: DirectoryUserDraft): unknown {
  return isUniqueViolation(error, 'directory_users_user_name_unique')
    ? new TeamError('user-name-taken', draft.userName, { cause: error })
    : error
}
