import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { recordChanges } from '../history/record-change.ts'

/** What somebody says of themselves: here when they are here, or away whatever their screen shows. */
export type Availability = 'online' | 'away'

/** What a member says of themselves; undefined for nobody. */
export async function readAvailability(
  { query, workspaceId }: WorkspaceTransaction,
  memberId: string,
): Promise<{ availability: Availability; awaySince: Date | null } | undefined> {
  const row = await query
    .selectFrom('members')
    .select('away_since')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', memberId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return { availability: row.away_since === null ? 'online' : 'away', awaySince: row.away_since }
}

/** Says of a member that they are away, until they say otherwise. Others see it at once; the same again changes nothing. */
export async function setAvailability(
  trx: WorkspaceTransaction,
  memberId: string,
  availability: Availability,
): Promise<void> {
  const isAway = availability === 'away'
  const { rows } = await sql`
    update members set away_since = case when ${isAway} then now() end
    where workspace_id = ${trx.workspaceId} and id = ${memberId} and (away_since is not null) <> ${isAway}
    returning 1`.execute(trx.query)
  if (rows.length === 0) return
  // Coming back is for the next heartbeat to say: nobody is online by wishing so.
  if (isAway) {
    await sql`
      update presences set online_until = least(online_until, now()), changed_at = clock_timestamp()
      where workspace_id = ${trx.workspaceId} and member_id = ${memberId}`.execute(trx.query)
  }
  await recordChanges(trx, [
    {
      action: 'member.availability_set',
      subject: { kind: 'member', id: memberId },
      before: { availability: isAway ? 'online' : 'away' },
      after: { availability },
    },
  ])
}
