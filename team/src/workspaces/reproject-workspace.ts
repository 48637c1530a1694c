import type { WorkspaceTransaction } from '@plantel/db'

import { reprojectMembers } from '../mapping/reproject-members.ts'

const chunkSize = 1_000

/** Gives every member what directory, rules and people's decisions say now; removed ones have nothing to gain. */
export async function reprojectWorkspace(trx: WorkspaceTransaction): Promise<void> {
  let last = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const rows = await trx.query
      .selectFrom('members')
      .select('id')
      .where('workspace_id', '=', trx.workspaceId)
      .where('state', '<>', 'removed')
      .where('id', '>', last)
      .orderBy('id')
      .limit(chunkSize)
      .execute()
    const end = rows.at(-1)
    if (end === undefined) return
    await reprojectMembers(
      trx,
      rows.map((row) => row.id),
    )
    last = end.id
  }
}
