import type { HoldSource, MemberState, WorkspacePolicies } from '@plantel/db'

import type { TeamErrorCode } from '../errors.ts'
import type { Permission } from '../permissions/catalogue.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'

/** What somebody may do with a member of their workspace. */
export type MemberAction =
  | 'edit-profile'
  | 'change-role'
  | 'change-departments'
  | 'change-channels'
  | 'change-supervisor'
  | 'suspend'
  | 'reactivate'
  | 'remove'
  | 'set-password'
  | 'sign-out'

/** Who asks: a host's server, which answers for itself, or a member with what their role allows now. */
export type TeamActor =
  | { kind: 'host' }
  | {
      kind: 'member'
      memberId: string
      rank: number
      permissions: ReadonlySet<string>
      grantableRoleKeys: ReadonlySet<string>
    }

/** What the guards must know of the member whom it is about. */
export interface GuardedMember {
  id: string
  state: MemberState
  holds: readonly HoldSource[]
  /** Null is *No access*, below every role. */
  role: { key: string; rank: number } | null
  isDirectoryManaged: boolean
  /** The directory alone decides about the role, by policy. */
  isRoleLocked: boolean
  isLastActiveOwner: boolean
  profiles: WorkspacePolicies['profiles']
  /** Whether somebody else may set their password: by policy, and not where single sign-on is required of them. */
  takesPassword: boolean
}

export type MemberRefusal = Extract<
  TeamErrorCode,
  | 'last-owner'
  | 'managed-by-directory'
  | 'member-not-found'
  | 'outranked'
  | 'own-access'
  | 'password-not-allowed'
  | 'permission-missing'
  | 'profile-belongs-to-person'
  | 'role-not-grantable'
>

const permissionFor: Readonly<Record<MemberAction, Permission>> = {
  'edit-profile': 'members:manage',
  'change-role': 'members:manage',
  'change-departments': 'members:manage',
  'change-channels': 'members:manage',
  'change-supervisor': 'members:manage',
  suspend: 'members:manage',
  reactivate: 'members:manage',
  remove: 'members:manage',
  'set-password': 'passwords:set',
  'sign-out': 'members:manage',
}

/** What people may do to themselves: nothing of it changes what they may do. */
const allowedOnOneself: ReadonlySet<MemberAction> = new Set(['edit-profile', 'sign-out'])

/** Why this actor may not do this with this member; undefined when they may. */
export function refusalOf(
  actor: TeamActor,
  action: MemberAction,
  member: GuardedMember,
): MemberRefusal | undefined {
  if (member.state === 'removed') return 'member-not-found'
  return refusalByRank(actor, action, member) ?? refusalByState(actor, action, member)
}

function refusalByRank(
  actor: TeamActor,
  action: MemberAction,
  member: GuardedMember,
): MemberRefusal | undefined {
  if (actor.kind === 'host') return undefined
  if (actor.memberId === member.id) {
    return allowedOnOneself.has(action) ? undefined : 'own-access'
  }
  if (!actor.permissions.has(permissionFor[action])) return 'permission-missing'
  return (member.role?.rank ?? -Infinity) > actor.rank ? 'outranked' : undefined
}

function refusalByState(
  actor: TeamActor,
  action: MemberAction,
  member: GuardedMember,
): MemberRefusal | undefined {
  switch (action) {
    case 'suspend':
      return member.isLastActiveOwner ? 'last-owner' : undefined
    case 'remove':
      if (member.isLastActiveOwner) return 'last-owner'
      // The next sync would find somebody whom nobody listed; the directory ends what it began.
      return member.isDirectoryManaged ? 'managed-by-directory' : undefined
    case 'reactivate':
      // Only who laid a hold lifts it.
      return member.holds.length > 0 && !member.holds.includes('admin')
        ? 'managed-by-directory'
        : undefined
    case 'change-role':
      if (member.isLastActiveOwner) return 'last-owner'
      // Ownership is a person's decision even about people whom a directory manages.
      return member.isRoleLocked && member.role?.key !== ownerRoleKey && !mayGiveOwnership(actor)
        ? 'managed-by-directory'
        : undefined
    case 'edit-profile':
      if (actor.kind === 'host' || actor.memberId === member.id) return undefined
      return member.profiles === 'person' ? 'profile-belongs-to-person' : undefined
    case 'set-password':
      return member.takesPassword ? undefined : 'password-not-allowed'
    case 'change-departments':
    case 'change-channels':
    case 'change-supervisor':
    case 'sign-out':
      return undefined
    default:
      return action satisfies never
  }
}

function mayGiveOwnership(actor: TeamActor): boolean {
  return actor.kind === 'host' || actor.grantableRoleKeys.has(ownerRoleKey)
}

/** Why this actor may not give this role: nobody gives more than their own role lets them. */
export function refusalOfRole(actor: TeamActor, roleKey: string): MemberRefusal | undefined {
  if (actor.kind === 'host' || actor.grantableRoleKeys.has(roleKey)) return undefined
  return 'role-not-grantable'
}

/** Why this actor may not let somebody see all conversations: they would give more than they have. */
export function refusalOfSupervisor(actor: TeamActor): MemberRefusal | undefined {
  if (actor.kind === 'host' || actor.permissions.has('conversations:all')) return undefined
  return 'permission-missing'
}

const inOrder: readonly MemberAction[] = [
  'edit-profile',
  'change-role',
  'change-departments',
  'change-channels',
  'change-supervisor',
  'suspend',
  'reactivate',
  'remove',
  'set-password',
  'sign-out',
]

/** Everything that the actor may do with the member now and that would change something, in the order of a menu. */
export function memberActions(actor: TeamActor, member: GuardedMember): MemberAction[] {
  return inOrder.filter(
    (action) => refusalOf(actor, action, member) === undefined && hasEffect(actor, action, member),
  )
}

function hasEffect(actor: TeamActor, action: MemberAction, member: GuardedMember): boolean {
  switch (action) {
    case 'suspend':
      return !member.holds.includes('admin')
    case 'reactivate':
      return member.holds.includes('admin')
    case 'set-password':
    case 'sign-out':
      return member.state === 'active'
    case 'change-role':
      return actor.kind === 'host' || actor.grantableRoleKeys.size > 0
    case 'change-supervisor':
      return refusalOfSupervisor(actor) === undefined
    case 'edit-profile':
    case 'change-departments':
    case 'change-channels':
    case 'remove':
      return true
    default:
      return action satisfies never
  }
}
