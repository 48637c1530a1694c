import type { WorkspaceTransaction } from '@plantel/db'

/** Everybody to whom some source gives this role, department or channel, effective or not. */
export async function findHolders(
  trx: WorkspaceTransaction,
  column: 'role_id' | 'department_id' | 'channel_id',
  valueId: string,
): Promise<string[]> {
  const rows = await trx.query
    .selectFrom('grants')
    .select('member_id')
    .distinct()
    .where('workspace_id', '=', trx.workspaceId)
    .where(column, '=', valueId)
    .execute()
  return rows.map((row) => row.member_id)
}
