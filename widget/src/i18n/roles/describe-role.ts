import type { Role } from '../../contract/index.ts'
import type { Phrasing } from '../phrasing.ts'
import type { KnownPermission, RoleMessages } from './role-messages.ts'

/** What tells roles apart best, first. */
const telling: readonly KnownPermission[] = [
  'members:manage',
  'departments:manage',
  'campaigns:send',
  'reports:view',
  'contacts:delete',
  'contacts:edit',
  'conversations:create',
  'labels:create',
  'quick-replies:create',
  'connections:restart',
]
const NAMED = 3

/** What a role lets people do, in two short sentences. */
export function describeRole(
  { conversationAccess, permissions }: Pick<Role, 'conversationAccess' | 'permissions'>,
  { sees, may, can, andMore }: RoleMessages,
  { list }: Pick<Phrasing, 'list'>,
): string {
  // What they see is said already.
  const others = permissions.filter((permission) => !seeing.test(permission))
  const named = telling.filter((permission) => others.includes(permission)).slice(0, NAMED)
  const things = named.map((permission) => may[permission])
  const rest = others.length - named.length
  if (rest > 0) things.push(andMore(rest))
  return things.length === 0
    ? sees[conversationAccess]
    : `${sees[conversationAccess]}. ${can(list(things))}`
}

const seeing = /^conversations:(?:own|departments|all)$/

/** What one permission allows; one that we have no words for is shown by its key. */
export function permissionName(permission: string, { may }: RoleMessages): string {
  const words: Partial<Record<string, string>> = may
  return words[permission] ?? permission
}
