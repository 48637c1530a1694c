import type { MemberState, Schema, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { sendRulesHeld } from '../mapping/hold-rules.ts'
import { isRoleLockingProfile } from '../mapping/mapping-rule.ts'
import { ownerIds } from '../roles/owner-queries.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'
import { type GuardedMember, type MemberAction, refusalOf, type TeamActor } from './member-guard.ts'

/** A member as guards see them, with the version that an edit must name. */
export interface VersionedMember extends GuardedMember {
  version: string
  /** How many the workspace has, to see whose end would leave it without one. */
  activeOwners: number
}

/**
 * Locks the member and every active owner in order of their ids, so that two people who end the access of the last two
 * owners take turns, and says who acts as of then. Throws what `refusalOf` answers.
 */
export async function lockForAction(
  trx: WorkspaceTransaction,
  memberId: string,
  action: MemberAction | undefined,
): Promise<{ actor: TeamActor; member: VersionedMember }> {
  await lockWithOwners(trx, [memberId])
  // Later statements see what the transactions we waited for have committed.
  const actor = await readTeamActor(trx)
  const member = (await readGuardedMembers(trx, [memberId])).get(memberId)
  if (member === undefined || member.state === 'removed') throw new TeamError('member-not-found')
  const refusal = action === undefined ? undefined : refusalOf(actor, action, member)
  if (refusal !== undefined) throw new TeamError(refusal)
  return { actor, member }
}

/** The same for what another package does to a member. Throws what `refusalOf` answers. */
export async function requireMayAct(
  trx: WorkspaceTransaction,
  memberId: string,
  action: MemberAction,
): Promise<void> {
  await lockForAction(trx, memberId, action)
}

/** Locks whatever is there of members, removed or not, together with every active owner, in order of their ids. */
export async function lockWithOwners(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<void> {
  sendRulesHeld(trx)
  await sql`
    select m.id from members m
    where m.workspace_id = ${trx.workspaceId} and m.id = any(${[...memberIds]}::uuid[] || ${ownerIds(trx)})
    order by m.id for no key update`.execute(trx.query)
}

/** What the transaction's actor may do now. Throws `permission-missing` for a member who may not come in any more. */
export async function readTeamActor(trx: WorkspaceTransaction): Promise<TeamActor> {
  const { kind, id } = trx.actor
  if (kind === 'host' || kind === 'system') return { kind: 'host' }
  if (kind === 'directory') throw new Error('A directory does not act as a person of the team.')
  const row = await trx.prepared
    .selectFrom('members as member')
    .innerJoin('roles as role', (join) =>
      join
        .onRef('role.workspace_id', '=', 'member.workspace_id')
        .onRef('role.id', '=', 'member.role_id'),
    )
    .select(['member.id', 'role.rank', 'role.permissions', 'role.grantable_role_keys'])
    .where('member.workspace_id', '=', trx.workspaceId)
    .where('member.id', '=', id ?? '')
    .where('member.state', '=', 'active')
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('permission-missing')
  return {
    kind: 'member',
    memberId: row.id,
    rank: row.rank,
    permissions: new Set(row.permissions),
    grantableRoleKeys: new Set(row.grantable_role_keys),
  }
}

/** What guards must know of these members, in one round trip; those who are no members are left out. */
export async function readGuardedMembers(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<Map<string, VersionedMember>> {
  const { rows } = await sql<{
    id: string
    version: string
    state: MemberState
    role_key: string | null
    rank: number | null
    holds: GuardedMember['holds']
    is_directory_managed: boolean
    profile: Schema['scim_connections']['profile'] | null
    break_glass: boolean
    local_roles: 'locked' | 'additive'
    profiles: GuardedMember['profiles']
    takes_password: boolean
    active_owners: number
  }>`
    with owners as materialized (
      select count(*)::int as active from members o
      where o.workspace_id = ${trx.workspaceId} and o.id = any(${ownerIds(trx)}) and o.state = 'active'
    )
    select m.id, m.version::text, m.state, m.break_glass, role.key as role_key, role.rank,
      coalesce((select array_agg(h.source order by h.source) from member_holds h
        where h.workspace_id = m.workspace_id and h.member_id = m.id), '{}') as holds,
      u.id is not null as is_directory_managed, c.profile,
      w.policies->>'localRoles' as local_roles,
      w.policies->>'profiles' as profiles,
      w.policies->>'passwords' = 'admins' and not ((w.policies->>'ssoRequired')::boolean and not m.break_glass)
        as takes_password,
      (select active from owners) as active_owners
    from members m
    join workspaces w on w.id = m.workspace_id
    left join directory_users u on u.workspace_id = m.workspace_id and u.id = m.directory_user_id and u.deleted_at is null
    left join scim_connections c on c.workspace_id = u.workspace_id and c.id = u.connection_id
    left join roles role on role.workspace_id = m.workspace_id and role.id = m.role_id
    where m.workspace_id = ${trx.workspaceId} and m.id = any(${[...memberIds]}::uuid[])`.execute(
    trx.prepared,
  )
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        version: row.version,
        activeOwners: row.active_owners,
        state: row.state,
        holds: row.holds,
        role:
          row.role_key === null || row.rank === null ? null : { key: row.role_key, rank: row.rank },
        isDirectoryManaged: row.is_directory_managed,
        isRoleLocked:
          row.is_directory_managed &&
          (row.local_roles === 'locked' ||
            (row.profile !== null && isRoleLockingProfile(row.profile))) &&
          !row.break_glass,
        isLastActiveOwner:
          row.state === 'active' && row.role_key === ownerRoleKey && row.active_owners === 1,
        profiles: row.profiles,
        takesPassword: row.takes_password,
      },
    ]),
  )
}
