import type { WorkspaceTransaction } from '@plantel/db'
import { recordChanges } from '@plantel/team'
import { sql } from 'kysely'

import type { EndedAccess } from '../sessions/ended-access.ts'

/** Gives a member this password, in place of any other; `hash` comes from `hashPassword`, before the transaction. */
export async function setPassword(
  trx: WorkspaceTransaction,
  memberId: string,
  hash: string,
): Promise<void> {
  await trx.query
    .insertInto('member_passwords')
    .values({ workspace_id: trx.workspaceId, member_id: memberId, hash, updated_at: trx.now })
    .onConflict((conflict) =>
      conflict.columns(['workspace_id', 'member_id']).doUpdateSet({ hash, updated_at: trx.now }),
    )
    .execute()
  // A link that was mailed before would undo this.
  await trx.query
    .updateTable('password_resets')
    .set({ used_at: trx.now })
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', memberId)
    .where('used_at', 'is', null)
    .execute()
  await recordChanges(trx, [
    {
      action: 'member.password_set',
      subject: { kind: 'member', id: memberId },
      before: null,
      after: null,
    },
  ])
}

/** Sends that whoever has left and comes back begins without the old one. */
export function sendPasswordsGone(trx: WorkspaceTransaction, { memberIds }: EndedAccess): void {
  trx.send(sql`
    delete from member_passwords p
    where p.workspace_id = ${trx.workspaceId} and p.member_id = any(${memberIds})
      and exists (
        select from members m
        where m.workspace_id = p.workspace_id and m.id = p.member_id and m.state = 'removed')`)
}

/** Who has this address, and the hash of their password; neither says whether they may come in. */
export async function findPasswordOf(
  trx: WorkspaceTransaction,
  emailKey: string,
): Promise<{ memberId: string; hash: string | null; isBreakGlass: boolean } | undefined> {
  const row = await trx.query
    .selectFrom('members as member')
    .leftJoin('member_passwords as password', (join) =>
      join
        .onRef('password.workspace_id', '=', 'member.workspace_id')
        .onRef('password.member_id', '=', 'member.id'),
    )
    .select(['member.id', 'member.break_glass', 'password.hash'])
    .where('member.workspace_id', '=', trx.workspaceId)
    .where('member.email_key', '=', emailKey)
    .where(sql<boolean>`member.is_listed`)
    .executeTakeFirst()
  return row && { memberId: row.id, hash: row.hash, isBreakGlass: row.break_glass }
}

/** Whether anybody of the workspace has one, or a recovery code: without, nobody is asked for it. */
export async function hasPasswords({ query, workspaceId }: WorkspaceTransaction): Promise<boolean> {
  const row = await query
    .selectFrom('member_passwords')
    .select('member_id')
    .where('workspace_id', '=', workspaceId)
    .unionAll(
      query
        .selectFrom('recovery_codes')
        .select('member_id')
        .where('workspace_id', '=', workspaceId)
        .where('used_at', 'is', null),
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
