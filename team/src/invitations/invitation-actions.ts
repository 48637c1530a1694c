import type { WorkspaceTransaction } from '@plantel/db'

import { readGuardedMembers, readTeamActor } from '../members/member-guard-store.ts'
import {
  type GuardedMember,
  refusalOf,
  refusalOfRole,
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
  return new Map(rows.map((row) => [row.id, actionsOf(actor, row, members.get(row.memberId))]))
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
