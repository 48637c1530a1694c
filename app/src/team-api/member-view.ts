import type { WorkspaceTransaction } from '@plantel/db'
import {
  fieldControls,
  type MemberAction,
  memberActions,
  type MemberListRow,
  readGuardedMembers,
  readMember,
  readMemberProfile,
  readTeamActor,
  TeamError,
} from '@plantel/team'
import type { EditableMember, MemberRow } from '@plantel/widget/contract'

/** The rows of a page as the viewer may use them. */
export async function viewMembers(
  trx: WorkspaceTransaction,
  rows: readonly MemberListRow[],
  viewerId: string,
): Promise<MemberRow[]> {
  const [actor, guarded] = await Promise.all([
    readTeamActor(trx),
    readGuardedMembers(
      trx,
      rows.map((row) => row.id),
    ),
  ])
  return rows.map((row) => {
    const member = guarded.get(row.id)
    return memberRow(row, viewerId, member === undefined ? [] : memberActions(actor, member))
  })
}

/** One member with everything that an edit needs. Throws `member-not-found`. */
export async function viewMember(
  trx: WorkspaceTransaction,
  memberId: string,
  viewerId: string,
): Promise<EditableMember> {
  const member = await readMember(trx, memberId)
  const profile = await readMemberProfile(trx, memberId)
  const guarded = (await readGuardedMembers(trx, [memberId])).get(memberId)
  if (member === undefined || profile === undefined || guarded === undefined) {
    throw new TeamError('member-not-found')
  }
  const actor = await readTeamActor(trx)
  return {
    ...memberRow(member, viewerId, memberActions(actor, guarded)),
    grants: member.grants.map((grant) => ({ ...grant, since: grant.since.toISOString() })),
    profile,
    fields: fieldControls(actor, guarded),
    version: guarded.version,
  }
}

function memberRow(
  row: MemberListRow,
  viewerId: string,
  actions: readonly MemberAction[],
): MemberRow {
  return {
    id: row.id,
    displayName: row.displayName,
    email: row.email,
    userName: row.userName,
    avatarUrl: row.avatarUrl,
    state: row.state,
    role: row.role,
    noRoleReason: row.noRoleReason,
    departments: row.departments,
    channels: row.channels,
    conversationAccess: row.conversationAccess,
    managedBy: row.managedBy,
    // Only the event stream tells it, of those in view; "offline" would be a claim.
    presence: null,
    lastActiveAt: row.lastActiveAt?.toISOString() ?? null,
    isYou: row.id === viewerId,
    isOwner: row.isOwner,
    can: { actions: ['view', ...actions] },
  }
}
