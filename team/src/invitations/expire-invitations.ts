import {
  createId,
  type Database,
  type InvitationGives,
  inWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'

import { lockMembersWithFacts, type StoredGrant } from '../mapping/member-facts-store.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { expireInvitation } from './invitation-store.ts'

const batchSize = 500

/** Ends the memberships of those whose invitation ran out, in every workspace; answers how many. */
export async function sweepExpiredInvitations(db: Database): Promise<number> {
  let total = 0
  for (;;) {
    const { rows } = await sql<{ id: string }>`
      select id from workspaces_with_expired_invitations(${batchSize}) as id`.execute(db.query)
    let swept = 0
    for (const { id } of rows) {
      const actor = { kind: 'system', id: null, requestId: createId() } as const
      swept += await inWorkspace(db, id, actor, (trx) => expireInvitations(trx, batchSize))
    }
    total += swept
    // Nothing was left, or another replica has it in hand.
    if (swept === 0) return total
  }
}

/** The same for one workspace, at most `limit` at once. What they would have got is kept: they may be asked again. */
export async function expireInvitations(trx: WorkspaceTransaction, limit: number): Promise<number> {
  const memberIds = await findExpired(trx, limit)
  if (memberIds.length === 0) return 0
  // The members first, as everybody who ends an invitation does.
  const { members } = await lockMembersWithFacts(trx, memberIds)
  const rows = await trx.query
    .selectFrom('invitations')
    .select(['id', 'member_id'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', sql<string>`any(${memberIds}::uuid[])`)
    .where('state', '=', 'open')
    .where('expires_at', '<=', trx.now)
    .execute()
  const byMember = new Map(members.map((member) => [member.row.id, member]))
  for (const { id, member_id: memberId } of rows) {
    await expireInvitation(trx, id, givesOf(byMember.get(memberId)?.grants ?? []))
  }
  const expired = rows.map((row) => row.member_id)
  await trx.query
    .updateTable('members')
    .set({ removed_at: trx.now })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', sql<string>`any(${expired}::uuid[])`)
    .where('activated_at', 'is', null)
    .execute()
  await reprojectMembers(trx, expired)
  return expired.length
}

async function findExpired(trx: WorkspaceTransaction, limit: number): Promise<string[]> {
  const rows = await trx.query
    .selectFrom('invitations')
    .select('member_id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('state', '=', 'open')
    .where('expires_at', '<=', trx.now)
    .orderBy('expires_at')
    .limit(limit)
    .execute()
  return rows.map((row) => row.member_id)
}

/** What people decided; what follows from it, as channels do from departments, follows again. */
function givesOf(grants: readonly StoredGrant[]): InvitationGives {
  // Also without effect: whoever waits for a seat is to have it.
  const given = grants.filter(({ source }) => source === 'local' || source === 'invitation')
  const valuesOf = (kind: StoredGrant['kind']): string[] => [
    ...new Set(
      given.flatMap((grant) =>
        grant.kind === kind && grant.valueId !== null ? [grant.valueId] : [],
      ),
    ),
  ]
  return {
    role: valuesOf('role')[0] ?? null,
    departments: valuesOf('department'),
    channels: valuesOf('channel'),
    supervisor: given.some(({ kind }) => kind === 'supervisor'),
  }
}
