import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { readGuardedMembers, readTeamActor } from '../members/member-guard-store.ts'
import {
  type GuardedMember,
  refusalOf,
  refusalOfRole,
  refusalOfSupervisor,
  type TeamActor,
} from '../members/member-guard.ts'
import type { InvitationRow } from './invitation-queries.ts'

/** What somebody may do with an invitation. */
export type InvitationAction = 'resend' | 'reveal-link' | 'cancel'

/** What the one who looks may do with each of these invitations now, by its id. */
export async function readInvitationActions(
  trx: WorkspaceTransaction,
  rows: readonly InvitationRow[],
): Promise<Map<string, InvitationAction[]>> {
  const actor = await readTeamActor(trx)
  const members = await readGuardedMembers(
    trx,
    rows.map((row) => row.memberId),
  )
  const barred =
    refusalOfSupervisor(actor) === undefined
      ? new Set<string>()
      : await findGivingSupervisor(trx, rows)
  return new Map(
    rows.map((row) => {
      const actions = actionsOf(actor, row, members.get(row.memberId))
      const isBarred = members.get(row.memberId)?.state === 'removed' && barred.has(row.id)
      return [row.id, isBarred ? [] : actions]
    }),
  )
}

/** Those of the invitations that, sent again after they ran out, would let the person see all conversations. */
async function findGivingSupervisor(
  trx: WorkspaceTransaction,
  rows: readonly InvitationRow[],
): Promise<Set<string>> {
  const found = await trx.query
    .selectFrom('invitations')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', sql<string>`any(${rows.map(({ id }) => id)}::uuid[])`)
    .where(sql<boolean>`gives->'supervisor' = 'true'::jsonb`)
    .execute()
  return new Set(found.map(({ id }) => id))
}

function actionsOf(
  actor: TeamActor,
  row: InvitationRow,
  member: GuardedMember | undefined,
): InvitationAction[] {
  if (member === undefined) return []
  if (member.state === 'removed') {
    const mayInvite = actor.kind === 'host' || actor.permissions.has('members:manage')
    const mayGive = row.role !== null && refusalOfRole(actor, row.role.key) === undefined
    return row.state === 'expired' && mayInvite && mayGive ? ['resend'] : []
  }
  if (member.state !== 'invited' || refusalOf(actor, 'remove', member) !== undefined) return []
  switch (row.state) {
    case 'open':
      return ['resend', 'reveal-link', 'cancel']
    case 'expired':
      return ['resend', 'cancel']
    case 'accepted':
    case 'cancelled':
      return []
    default:
      return row.state satisfies never
  }
}
