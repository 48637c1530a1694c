import { isUniqueViolation, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { bumpRulesVersion, reprojectTouched } from '../mapping/rule-change.ts'
import { nobody } from '../mapping/touched-members.ts'

/**
 * Gives everybody of a directory what its connection says now, after its default role changed in this transaction, which
 * took the rules with `lockRules` before it: few at once, many by a job.
 */
export async function reprojectDirectory(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<void> {
  await bumpRulesVersion(trx)
  await reprojectTouched(trx, { ...nobody, connectionIds: [connectionId] })
}

/**
 * Lets go of everybody whom a directory manages, before its connection is deleted. They stay members in the state they
 * are in, suspended ones suspended and removed ones removed; what the directory's rules and default role gave them ends,
 * what people gave them stays.
 */
export async function detachDirectory(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<{ members: number }> {
  const memberIds = await findMembersOfConnection(trx, connectionId)
  // A deleted directory user is what keeps a member removed; that must outlive the row.
  await sql`
    update members as m set
      directory_user_id = null,
      removed_at = case when u.deleted_at is null then m.removed_at else coalesce(m.removed_at, u.deleted_at) end
    from directory_users u
    where m.workspace_id = ${trx.workspaceId} and u.workspace_id = m.workspace_id
      and u.id = m.directory_user_id and u.connection_id = ${connectionId}`.execute(trx.query)
  await reprojectMembers(trx, memberIds)
  return { members: memberIds.length }
}

/** Makes the group names of a directory unique, or free to repeat. Throws `group-name-taken` when two are the same now. */
export async function setGroupNamesUnique(
  trx: WorkspaceTransaction,
  connectionId: string,
  unique: boolean,
): Promise<void> {
  try {
    await trx.query
      .updateTable('directory_groups')
      .set((eb) => ({ unique_name_key: unique ? eb.ref('display_key') : null }))
      .where('workspace_id', '=', trx.workspaceId)
      .where('connection_id', '=', connectionId)
      .execute()
  } catch (error) {
    throw isUniqueViolation(error, 'directory_groups_name_unique')
      ? new TeamError('group-name-taken', undefined, { cause: error })
      : error
  }
}

async function findMembersOfConnection(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<string[]> {
  const rows = await trx.query
    .selectFrom('directory_users as user')
    .innerJoin('members as member', (join) =>
      join
        .onRef('member.workspace_id', '=', 'user.workspace_id')
        .onRef('member.directory_user_id', '=', 'user.id'),
    )
    .select('member.id')
    .where('user.workspace_id', '=', trx.workspaceId)
    .where('user.connection_id', '=', connectionId)
    .execute()
  return rows.map((row) => row.id)
}
