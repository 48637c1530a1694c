import type { WorkspaceTransaction } from '@plantel/db'

import { sendRulesHeld } from '../mapping/hold-rules.ts'
import { lockDirectoryUser } from './directory-user-commands.ts'
import type { DirectoryUserRow } from './directory-user.ts'

/**
 * Locks a directory user who is to be deleted, and before them the rules and their groups in order of their ids: whoever changes a
 * group holds it before its users, and the other way round they would wait for each other.
 */
export async function lockDirectoryUserToRemove(
  trx: WorkspaceTransaction,
  connectionId: string,
  userId: string,
): Promise<DirectoryUserRow | undefined> {
  sendRulesHeld(trx)
  await trx.query
    .selectFrom('directory_groups as group')
    .select('group.id')
    .where('group.workspace_id', '=', trx.workspaceId)
    .where('group.id', 'in', (eb) =>
      eb
        .selectFrom('directory_group_members')
        .select('group_id')
        .where('workspace_id', '=', trx.workspaceId)
        .where('user_id', '=', userId),
    )
    .orderBy('group.id')
    .forNoKeyUpdate()
    .execute()
  return lockDirectoryUser(trx, connectionId, userId)
}
