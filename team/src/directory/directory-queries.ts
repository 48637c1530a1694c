import { isId, type WorkspaceTransaction } from '@plantel/db'

import { fold } from '../fold.ts'

/** The member behind an attribute of a directory user; undefined when there is none, or when more than one could be meant. */
export async function findMemberByDirectoryAttribute(
  trx: WorkspaceTransaction,
  attribute: 'externalId' | 'userName' | 'id',
  value: string,
): Promise<string | undefined> {
  if (value === '' || (attribute === 'id' && !isId(value))) return undefined
  const rows = await trx.query
    .selectFrom('directory_users as user')
    .innerJoin('scim_connections as connection', (join) =>
      join
        .onRef('connection.workspace_id', '=', 'user.workspace_id')
        .onRef('connection.id', '=', 'user.connection_id'),
    )
    .innerJoin('members as member', (join) =>
      join
        .onRef('member.workspace_id', '=', 'user.workspace_id')
        .onRef('member.directory_user_id', '=', 'user.id'),
    )
    .select('member.id')
    .where('user.workspace_id', '=', trx.workspaceId)
    .where('connection.state', '=', 'active')
    .where('user.deleted_at', 'is', null)
    .$if(attribute === 'externalId', (query) => query.where('user.external_id', '=', value))
    .$if(attribute === 'userName', (query) => query.where('user.user_name_key', '=', fold(value)))
    .$if(attribute === 'id', (query) => query.where('user.id', '=', value))
    .limit(2)
    .execute()
  return rows.length === 1 ? rows[0]?.id : undefined
}
