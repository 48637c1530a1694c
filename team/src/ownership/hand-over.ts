import type { WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { type Grant, isRoleOfDirectory, type MemberFacts } from '../mapping/project.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import type { RuleSet } from '../mapping/rule-set-store.ts'
import { editMember } from '../members/edit-member.ts'
import { readGuardedMembers, readTeamActor } from '../members/member-guard-store.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'

/** Makes one the owner and the other what they become; whose way in it was when all else fails moves along. */
export async function handOver(
  trx: WorkspaceTransaction,
  { from, to, formerOwnerRoleId }: { from: string; to: string; formerOwnerRoleId: string },
): Promise<void> {
  const { break_glass: breakGlass } = await trx.query
    .selectFrom('members')
    .select('break_glass')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', from)
    .executeTakeFirstOrThrow()
  if (breakGlass) {
    await setBreakGlass(trx, to, true)
    await setBreakGlass(trx, from, false)
  }
  // First the new one: at no moment is the workspace without an owner.
  await reprojectMembers(trx, [to], new Set(), (facts, rules) =>
    withRole(facts, ownerRoleId(rules)),
  )
  await reprojectMembers(trx, [from], new Set(), (facts, rules) =>
    // What a directory gives its people is the directory's to say.
    isRoleOfDirectory(facts, rules) ? withoutRole(facts) : withRole(facts, formerOwnerRoleId),
  )
}

/**
 * Gives a workspace that has nobody left an owner: an active member, who also keeps a way in when directory and single
 * sign-on are down. For hosts only. Throws `permission-missing`, `member-not-found`, `member-not-active`.
 */
export async function appointOwner(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  const actor = await readTeamActor(trx)
  if (actor.kind !== 'host') throw new TeamError('permission-missing')
  const member = (await readGuardedMembers(trx, [memberId])).get(memberId)
  if (member === undefined || member.state === 'removed') throw new TeamError('member-not-found')
  if (member.state !== 'active') throw new TeamError('member-not-active', member.state)
  await setBreakGlass(trx, memberId, true)
  if (member.role?.key !== ownerRoleKey) await editMember(trx, memberId, { role: ownerRoleKey })
}

async function setBreakGlass(
  trx: WorkspaceTransaction,
  memberId: string,
  breakGlass: boolean,
): Promise<void> {
  await trx.query
    .updateTable('members')
    .set({ break_glass: breakGlass })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .execute()
}

function ownerRoleId(rules: RuleSet): string {
  const owner = [...rules.roles.values()].find((role) => role.isOwner)
  if (owner === undefined) throw new Error('The workspace has no owner role.')
  return owner.id
}

function withRole(facts: MemberFacts, roleId: string): Grant[] {
  return [...withoutRole(facts), { kind: 'role', valueId: roleId, source: 'local', sourceId: null }]
}

function withoutRole({ localGrants }: MemberFacts): Grant[] {
  return localGrants.filter((grant) => grant.kind !== 'role')
}
