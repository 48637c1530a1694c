import type { Schema, WorkspaceTransaction } from '@plantel/db'
import { type Selectable, sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { fold } from '../fold.ts'
import { lockWithOwners } from '../members/member-guard-store.ts'

/** Somebody who is to be erased, locked, with all that is known to be theirs. */
export interface ErasureTarget {
  member: Selectable<Schema['members']>
  /** Their directory users: the one they are linked to, and those whom a directory calls the same. */
  directoryUserIds: string[]
  /** A directory still provisions one of these. */
  isInDirectory: boolean
  invitationIds: string[]
  transferIds: string[]
  /** How they are or were called in mails and by those whose manager they are. */
  names: string[]
  /** By what a directory or an identity provider knows them, beside their addresses. */
  identifiers: string[]
  /** Addresses, folded. */
  emailKeys: string[]
}

/** Locks directory users before the member, as every directory does. Throws `member-not-found`. */
export async function lockErasureTarget(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<ErasureTarget> {
  const seen = await findMember(trx, memberId)
  const directoryUsers = await lockDirectoryUsers(trx, seen)
  const { workspaceId } = trx
  await lockWithOwners(trx, [memberId])
  const member = await findMember(trx, memberId)
  const [addresses, former, changed, subjects, invitations, transfers] = [
    await addressesOf(
      trx,
      directoryUsers.map((user) => user.id),
    ),
    await formerNames(trx, memberId),
    await changedAddresses(trx, memberId),
    await subjectsOf(trx, memberId),
    await trx.query
      .selectFrom('invitations')
      .select('id')
      .where('workspace_id', '=', workspaceId)
      .where('member_id', '=', memberId)
      .execute(),
    await trx.query
      .selectFrom('ownership_transfers')
      .select('id')
      .where('workspace_id', '=', workspaceId)
      .where((eb) =>
        eb.or([eb('from_member_id', '=', memberId), eb('to_member_id', '=', memberId)]),
      )
      .execute(),
  ]
  return {
    member,
    directoryUserIds: directoryUsers.map((user) => user.id),
    isInDirectory: directoryUsers.some((user) => user.deleted_at === null),
    invitationIds: invitations.map((row) => row.id),
    transferIds: transfers.map((row) => row.id),
    names: known([
      member.display_name,
      member.signature_name,
      ...directoryUsers.flatMap((user) => [user.user_name, user.display_name]),
      ...former.names,
    ]),
    identifiers: known([
      ...directoryUsers.flatMap((user) => [user.id, user.user_name, user.external_id]),
      ...subjects,
    ]),
    emailKeys: known([member.email_key, ...addresses, ...[...former.emails, ...changed].map(fold)]),
  }
}

async function findMember(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<ErasureTarget['member']> {
  const row = await trx.query
    .selectFrom('members')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('member-not-found')
  return row
}

/**
 * The linked directory user; deleted ones with its names or the member's address, which are the same person or bear
 * the same name; and one that waits to be linked because of the address.
 */
async function lockDirectoryUsers(
  trx: WorkspaceTransaction,
  member: ErasureTarget['member'],
): Promise<Selectable<Schema['directory_users']>[]> {
  const { rows } = await sql<Selectable<Schema['directory_users']>>`
    with linked as materialized (
      select u.id, u.connection_id, u.user_name_key, u.external_id from directory_users u
      where u.workspace_id = ${trx.workspaceId} and u.id = ${member.directory_user_id}::uuid
    ), addresses as materialized (
      select e.value_key from directory_user_emails e, linked
      where e.workspace_id = ${trx.workspaceId} and e.user_id = linked.id
      union select ${member.email_key}::text where ${member.email_key}::text is not null
    )
    select u.* from directory_users u
    where u.workspace_id = ${trx.workspaceId} and (
      u.id in (select id from linked)
      or not exists (select from members o where o.workspace_id = u.workspace_id and o.directory_user_id = u.id)
        and (
          exists (select from directory_user_emails e, addresses a
            where e.workspace_id = u.workspace_id and e.user_id = u.id and e.value_key = a.value_key)
          or u.user_name_key in (select value_key from addresses)
          or exists (select from linked l where l.connection_id = u.connection_id
            and (l.user_name_key = u.user_name_key or l.external_id = u.external_id))
        )
    )
    order by u.id for update of u`.execute(trx.query)
  return rows
}

async function addressesOf(
  trx: WorkspaceTransaction,
  directoryUserIds: readonly string[],
): Promise<string[]> {
  const rows = await trx.query
    .selectFrom('directory_user_emails')
    .select('value_key')
    .where('workspace_id', '=', trx.workspaceId)
    .where('user_id', '=', sql<string>`any(${[...directoryUserIds]}::uuid[])`)
    .execute()
  return rows.map((row) => row.value_key)
}

/** What events still call them by. */
async function formerNames(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<{ names: string[]; emails: string[] }> {
  const { rows } = await sql<{ name: string | null; email: string | null }>`
    select distinct payload->'member'->>'displayName' as name, payload->'member'->>'email' as email
    from (
      select payload from events where workspace_id = ${trx.workspaceId} and member_id = ${memberId}
      union all
      select payload from outbox where workspace_id = ${trx.workspaceId} and member_id = ${memberId}
    ) told`.execute(trx.query)
  return { names: known(rows.map((row) => row.name)), emails: known(rows.map((row) => row.email)) }
}

/** What they had and took; an address that they merely asked for may be somebody else's. */
async function changedAddresses(trx: WorkspaceTransaction, memberId: string): Promise<string[]> {
  const rows = await trx.query
    .selectFrom('email_changes')
    .select(['former_email', 'email', 'state'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', memberId)
    .execute()
  return known(
    rows.flatMap((row) => [row.former_email, row.state === 'confirmed' ? row.email : null]),
  )
}

/** What identity providers call them. */
async function subjectsOf(trx: WorkspaceTransaction, memberId: string): Promise<string[]> {
  const rows = await trx.query
    .selectFrom('sso_links')
    .select('subject')
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', memberId)
    .execute()
  return rows.map((row) => row.subject)
}

function known(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null && value.trim() !== ''))] as string[]
}
