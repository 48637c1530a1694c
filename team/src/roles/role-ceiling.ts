import type { ConversationAccess } from '@plantel/db'

import { TeamError, type TeamErrorCode } from '../errors.ts'
import type { TeamActor } from '../members/member-guard.ts'
import type { RoleRow } from './role-store.ts'

/** What a role lets its holders do. */
export interface RoleContent {
  permissions: readonly string[]
  /** Keys of the roles that a holder may give to others. */
  grantable: readonly string[]
  conversationAccess: ConversationAccess
}

interface ContentRefusal {
  code: Extract<TeamErrorCode, 'outranked' | 'permission-missing' | 'role-not-grantable'>
  subject?: string
}

/** Why this actor may not make a role of this content at this rank: nobody makes one that does more than their own. */
export function refusalOfContent(
  actor: TeamActor,
  rank: number,
  content: RoleContent,
): ContentRefusal | undefined {
  if (actor.kind === 'host') return undefined
  if (rank >= actor.rank) return { code: 'outranked' }
  const missing = content.permissions.find((permission) => !actor.permissions.has(permission))
  if (missing !== undefined) return { code: 'permission-missing', subject: missing }
  if (content.conversationAccess === 'all' && !actor.permissions.has('conversations:all')) {
    return { code: 'permission-missing', subject: 'conversations:all' }
  }
  const above = content.grantable.find((key) => !actor.grantableRoleKeys.has(key))
  return above === undefined ? undefined : { code: 'role-not-grantable', subject: above }
}

/** What nobody has to be allowed to give. */
export const noContent: RoleContent = { permissions: [], grantable: [], conversationAccess: 'own' }

/** Throws why this actor may not make a role of this content at this rank. */
export function requireCeiling(actor: TeamActor, rank: number, content: RoleContent): void {
  const refusal = refusalOfContent(actor, rank, content)
  if (refusal !== undefined) throw new TeamError(refusal.code, refusal.subject)
}

/** What a stored role lets its holders do. */
export function contentOfRole(role: RoleRow): RoleContent {
  return {
    permissions: role.permissions,
    grantable: role.grantable_role_keys,
    conversationAccess: role.conversation_access,
  }
}

/** Whether holders of one role can do themselves all that another one, of this key, lets its holders do. */
export function covers(holder: RoleContent, key: string, content: RoleContent): boolean {
  return (
    content.permissions.every((permission) => holder.permissions.includes(permission)) &&
    content.grantable.every((each) => each === key || holder.grantable.includes(each)) &&
    seesAsMuch(holder, content.conversationAccess)
  )
}

function seesAsMuch(
  { permissions, conversationAccess }: RoleContent,
  access: ConversationAccess,
): boolean {
  if (access === 'own' || permissions.includes('conversations:all')) return true
  return access === 'departments' && conversationAccess !== 'own'
}
