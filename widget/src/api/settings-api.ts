import type { ConversationAccess } from '../contract/index.ts'

/** What a change of departments or roles would do to people's access. */
export interface AccessDifference {
  /** Names the difference: what is saved is refused when it would do something else by then. */
  hash: string
  changed: number
  gainAccess: number
  loseAccess: number
  /** Only of a role. */
  permissions?: { gained: string[]; lost: string[] }
}

/** What of a department can be changed. */
export interface DepartmentEdit {
  name?: string
  leadMemberId?: string | null
  isDefault?: boolean
  channelIds?: readonly string[]
}

/** What of a role can be changed. */
export interface RoleEdit {
  name?: string
  permissions?: readonly string[]
  grantable?: readonly string[]
  conversationAccess?: ConversationAccess
}

/** A path with those parameters that have a value. */
export function withQuery(path: string, values: Record<string, string | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value)
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given as [string, string][])}`
}
