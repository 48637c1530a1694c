import type { WorkspaceTransaction } from '@plantel/db'

export interface ChannelView {
  id: string
  key: string
  name: string
  version: string
}

/** By key. */
export async function listChannels(trx: WorkspaceTransaction): Promise<ChannelView[]> {
  return trx.query
    .selectFrom('channels')
    .select(['id', 'key', 'name', 'version'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('retired_at', 'is', null)
    .orderBy('key')
    .execute()
}
