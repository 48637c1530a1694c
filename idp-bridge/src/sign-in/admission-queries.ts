import { isId, type WorkspaceTransaction } from '@plantel/db'
import { type Admission, mayEnter } from '@plantel/team'
import { sql } from 'kysely'

/** What `mayEnter` says of a member at a moment by the database's clock. */
export interface TimedAdmission {
  answer: Admission
  at: Date
}

/** Whether members may be issued something now; nobody of another workspace, of none, or of a deleted one is in the answer. */
export async function readAdmissions(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<Map<string, TimedAdmission>> {
  const rows = await trx.prepared
    .selectFrom('members as member')
    .innerJoin('workspaces as workspace', 'workspace.id', 'member.workspace_id')
    .select((eb) => [
      'member.id',
      'member.state',
      'member.role_id',
      eb
        .fn<Date>('greatest', ['member.access_valid_from', 'workspace.access_valid_from'])
        .as('access_valid_from'),
    ])
    .where('member.workspace_id', '=', trx.workspaceId)
    .where('member.id', '=', sql<string>`any(${memberIds.filter(isId)}::uuid[])`)
    .where('workspace.deleted_at', 'is', null)
    .execute()
  return new Map(
    rows.map(({ id, state, role_id: role, access_valid_from: accessValidFrom }) => [
      id,
      { answer: mayEnter({ state, role, accessValidFrom }, trx.now), at: trx.now },
    ]),
  )
}
