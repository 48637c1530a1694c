import { type Database, isId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'
import { jsonObjectFrom } from 'kysely/helpers/postgres'

import { heldChannels, heldDepartments } from './held-values.ts'
import type { MemberAccess } from './member-access.ts'

/** One round trip; undefined for an id that is no member of this workspace, and for everybody of a deleted one. */
export async function readMemberAccess(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<MemberAccess | undefined> {
  if (!isId(memberId)) return undefined
  const row = await trx.prepared
    .selectFrom('members as member')
    .innerJoin('workspaces as workspace', 'workspace.id', 'member.workspace_id')
    .select((eb) => [
      'member.id',
      'member.display_name',
      'member.given_name',
      'member.family_name',
      'member.email',
      'member.language',
      'member.host_user_id',
      'member.state',
      eb
        .fn<Date>('greatest', ['member.access_valid_from', 'workspace.access_valid_from'])
        .as('access_valid_from'),
      'member.conversation_access',
      'member.break_glass',
      'member.version',
      jsonObjectFrom(
        eb
          .selectFrom('roles as role')
          .select(['role.id', 'role.key', 'role.name', 'role.permissions'])
          .whereRef('role.workspace_id', '=', 'member.workspace_id')
          .whereRef('role.id', '=', 'member.role_id'),
      ).as('role'),
      heldDepartments(eb).as('departments'),
      heldChannels(eb).as('channels'),
    ])
    .where('member.workspace_id', '=', trx.workspaceId)
    .where('member.id', '=', memberId)
    .where('workspace.deleted_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    memberId: row.id,
    displayName: row.display_name,
    givenName: row.given_name,
    familyName: row.family_name,
    email: row.email,
    language: row.language,
    hostUserId: row.host_user_id,
    state: row.state,
    accessValidFrom: row.access_valid_from,
    role: row.role,
    departments: row.departments,
    channels: row.channels,
    conversationAccess: row.conversation_access,
    breakGlass: row.break_glass,
    version: row.version,
  }
}

/** The workspace of a member, for those who hold a `sub` and nothing else. */
export async function findWorkspaceOfMember(
  db: Database,
  memberId: string,
): Promise<string | undefined> {
  if (!isId(memberId)) return undefined
  const { rows } = await sql<{ workspace_id: string | null }>`
    select find_member(${memberId}) as workspace_id`.execute(db.query)
  return rows[0]?.workspace_id ?? undefined
}

/** The member who is this user of the host. */
export async function findMemberByHostUser(
  trx: WorkspaceTransaction,
  hostUserId: string,
): Promise<string | undefined> {
  const row = await trx.query
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('host_user_id', '=', hostUserId)
    .where(sql<boolean>`is_listed`)
    .executeTakeFirst()
  return row?.id
}

/** Notes that the member is there, without waiting for it; at most one write a minute. */
export function recordActivity(trx: WorkspaceTransaction, memberId: string): void {
  trx.send(
    trx.query
      .updateTable('members')
      .set({ last_active_at: sql<Date>`now()` })
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', memberId)
      .where((eb) =>
        eb.or([
          eb('last_active_at', 'is', null),
          eb('last_active_at', '<', sql<Date>`now() - interval '1 minute'`),
        ]),
      ),
  )
}
