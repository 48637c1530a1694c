import { type InvitationGives, isId, type WorkspaceTransaction } from '@plantel/db'

import { requireFreeEmail, writeEmail } from '../email-changes/write-email.ts'
import { TeamError } from '../errors.ts'
import { recordChanges } from '../history/record-change.ts'
import {
  describeAccess,
  type MemberEventPayload,
  payloadOf,
  storedAccess,
} from '../mapping/member-change.ts'
import { loadMembersWithFacts, lockMembersWithFacts } from '../mapping/member-facts-store.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { loadRuleSet, type RuleSet } from '../mapping/rule-set-store.ts'
import { readGuardedMembers, type VersionedMember } from '../members/member-guard-store.ts'
import {
  refusalOf,
  refusalOfRole,
  refusalOfSupervisor,
  type TeamActor,
} from '../members/member-guard.ts'
import { removeMember } from '../members/member-status-commands.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import { addPeople } from './add-people.ts'
import { countInvitationsLeft, wasJustSent } from './invitation-pace.ts'
import {
  findLastInvitation,
  insertInvitations,
  type InvitationRow,
  renewInvitation,
} from './invitation-store.ts'
import type { InvitationLink } from './invitation-token.ts'
import {
  countUsedSeats,
  findAddressHolders,
  insertGrants,
  reopenMembership,
  takeTurn,
} from './people-store.ts'
import type { PersonDraft, PersonRefusalCode } from './person-plan.ts'

/** What became of one person of a list; `email` as it was given. */
export type InvitedPerson =
  | { outcome: 'invited'; email: string; memberId: string; invitationId: string; cameBack: boolean }
  | { outcome: 'refused'; email: string; code: PersonRefusalCode; subject: string | null }

/**
 * Asks people in, each by a mail with a link of their own. Whoever can't be asked is named with the reason and holds up
 * nobody else; who wants all or nothing rolls the transaction back. Throws `permission-missing`.
 */
export async function inviteMembers(
  trx: WorkspaceTransaction,
  drafts: readonly PersonDraft[],
  options: { message?: string | undefined } = {},
): Promise<InvitedPerson[]> {
  const people = await addPeople(trx, drafts, 'invitation')
  const { policies } = await loadRuleSet(trx)
  const invitationIds = await insertInvitations(
    trx,
    people.flatMap((person) => (person.outcome === 'added' ? [person.memberId] : [])),
    { message: options.message ?? null, days: policies.invitationDays },
  )
  return people.map((person) =>
    person.outcome === 'refused'
      ? person
      : {
          ...person,
          outcome: 'invited',
          invitationId: invitationIds.get(person.memberId) ?? '',
        },
  )
}

/**
 * Sends a new link; the old one is dead from now on. One that expired asks the person again for what they would have
 * got. Throws `invitation-not-found`, `invitation-just-sent`, `invitation-quota`, `invitation-closed` with the state, what the guards say, and for an expired one
 * `seats-exceeded`, `already-member`, `role-unknown`.
 */
export async function resendInvitation(
  trx: WorkspaceTransaction,
  memberId: string,
  options: { message?: string | null | undefined } = {},
): Promise<InvitationLink & { expiresAt: Date }> {
  const seats = await takeTurn(trx)
  const actor = await requirePermission(trx, 'members:manage')
  const { invitation, member } = await lockInvitation(trx, memberId)
  const rules = await loadRuleSet(trx)
  const isReopened = member.state === 'removed' && invitation.state === 'expired'
  if (isReopened) {
    await reopen(trx, { actor, rules, seats, memberId, gives: invitation.gives })
  } else {
    refuse(refusalOf(actor, 'remove', member))
    if (member.state !== 'invited') throw closed(invitation.state)
    // A person at a button; a host answers for its own pace.
    if (actor.kind !== 'host' && (await wasJustSent(trx, memberId))) {
      throw new TeamError('invitation-just-sent')
    }
  }
  if ((await countInvitationsLeft(trx)) === 0) throw new TeamError('invitation-quota')
  const renewed = await renewInvitation(trx, invitation.id, {
    ...options,
    days: rules.policies.invitationDays,
  })
  await recordSending(trx, memberId, renewed, isReopened ? undefined : rules)
  return renewed
}

/**
 * Asks a locked, invited member at another address than the one that was mistyped; the link that went there is dead. Call
 * `takeTurn` before the lock. Throws `invitation-quota` and what `requireFreeEmail` does.
 */
export async function readdressInvitation(
  trx: WorkspaceTransaction,
  memberId: string,
  email: string,
): Promise<void> {
  const { email: formerEmail } = await trx.query
    .selectFrom('members')
    .select('email')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .executeTakeFirstOrThrow()
  await requireFreeEmail(trx, { id: memberId, email: formerEmail }, email)
  const invitation = await findLastInvitation(trx, memberId)
  if (invitation === undefined) throw new TeamError('invitation-not-found')
  if ((await countInvitationsLeft(trx)) === 0) throw new TeamError('invitation-quota')
  await writeEmail(trx, memberId, email)
  const rules = await loadRuleSet(trx)
  const renewed = await renewInvitation(trx, invitation.id, { days: rules.policies.invitationDays })
  await recordSending(trx, memberId, renewed, rules)
}

/** Takes an invitation back: the person is no member and their link is dead. Throws as `removeMember` does. */
export async function cancelInvitation(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  await requirePermission(trx, 'members:manage')
  const { invitation, member } = await lockInvitation(trx, memberId)
  if (member.state !== 'invited') throw closed(invitation.state)
  await removeMember(trx, memberId)
}

/** The link itself, for whoever may send it; that it was handed out is on record. Throws as `resendInvitation` does. */
export async function revealInvitation(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<InvitationLink & { expiresAt: Date }> {
  const actor = await requirePermission(trx, 'members:manage')
  const { invitation, member } = await lockInvitation(trx, memberId)
  refuse(refusalOf(actor, 'remove', member))
  const { id, generation, state, expires_at: expiresAt } = invitation
  if (member.state !== 'invited' || state !== 'open') throw closed(state)
  if (expiresAt <= trx.now) throw closed('expired')
  await recordChanges(trx, [
    {
      action: 'invitation.link_revealed',
      subject: { kind: 'member', id: memberId },
      before: null,
      after: { invitationId: id },
    },
  ])
  return { id, generation, expiresAt }
}

async function lockInvitation(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<{
  invitation: InvitationRow
  member: VersionedMember
}> {
  if (!isId(memberId)) throw new TeamError('invitation-not-found')
  // The member first, as everybody who ends an invitation does.
  await lockMembersWithFacts(trx, [memberId])
  const member = (await readGuardedMembers(trx, [memberId])).get(memberId)
  const invitation = await findLastInvitation(trx, memberId)
  if (member === undefined || invitation === undefined) throw new TeamError('invitation-not-found')
  return { invitation, member }
}

interface Reopening {
  actor: TeamActor
  rules: RuleSet
  seats: number | null
  memberId: string
  gives: InvitationGives | null
}

async function reopen(trx: WorkspaceTransaction, reopening: Reopening): Promise<void> {
  const { actor, rules, seats, memberId, gives } = reopening
  const role = rules.roles.get(gives?.role ?? '')
  if (role === undefined) throw new TeamError('role-unknown', 'deleted')
  refuse(refusalOfRole(actor, role.key))
  const supervisor = gives?.supervisor ?? false
  if (supervisor) refuse(refusalOfSupervisor(actor))
  if (seats !== null && (await countUsedSeats(trx)) >= seats) throw new TeamError('seats-exceeded')
  const emailKey = await reopenMembership(trx, memberId)
  if (emailKey === null) throw closed('expired')
  const holder = (await findAddressHolders(trx, [emailKey])).get(emailKey)
  if (holder?.member === null) throw new TeamError('managed-by-directory')
  if (holder !== undefined && holder.member.id !== memberId) throw new TeamError('already-member')
  const access = {
    roleId: role.id,
    departmentIds: (gives?.departments ?? []).filter((id) => rules.departments.has(id)),
    channelIds: (gives?.channels ?? []).filter((id) => rules.channels.has(id)),
    supervisor,
  }
  await insertGrants(trx, [{ memberId, access }], 'invitation')
  await reprojectMembers(trx, [memberId])
}

/** What makes somebody invited is told by the projection; `rules` are given where nothing but the link is new. */
async function recordSending(
  trx: WorkspaceTransaction,
  memberId: string,
  sent: InvitationLink & { expiresAt: Date },
  rules: RuleSet | undefined,
): Promise<void> {
  const told = rules === undefined ? undefined : await tellOf(trx, rules, memberId)
  await recordChanges(trx, [
    {
      action: 'invitation.resent',
      subject: { kind: 'member', id: memberId },
      before: null,
      after: { invitationId: sent.id, expiresAt: sent.expiresAt.toISOString() },
      ...(told === undefined
        ? {}
        : {
            event: { type: 'member.invited', memberId, payload: told },
          }),
    },
  ])
}

async function tellOf(
  trx: WorkspaceTransaction,
  rules: RuleSet,
  memberId: string,
): Promise<MemberEventPayload | undefined> {
  const [member] = await loadMembersWithFacts(trx, rules, [memberId])
  if (member === undefined) return undefined
  const access = storedAccess(member)
  const described = describeAccess(access, rules)
  return { member: payloadOf(member, access, described, rules), before: described }
}

function refuse(refusal: ReturnType<typeof refusalOf>): void {
  if (refusal !== undefined) throw new TeamError(refusal)
}

function closed(state: InvitationRow['state']): TeamError {
  return new TeamError('invitation-closed', state)
}
