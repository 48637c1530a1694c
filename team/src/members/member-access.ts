import type { ConversationAccess, MemberState } from '@plantel/db'

/** What one member may do now; read from our tables for every token and request, never taken from a token. */
export interface MemberAccess {
  memberId: string
  displayName: string
  givenName: string | null
  familyName: string | null
  email: string | null
  language: string | null
  hostUserId: string | null
  state: MemberState
  /** A session or token issued before this moment no longer counts. */
  accessValidFrom: Date
  role: { id: string; key: string; name: string; permissions: string[] } | null
  departments: { id: string; name: string }[]
  channels: { id: string; key: string; name: string }[]
  conversationAccess: ConversationAccess
  breakGlass: boolean
  /** What an edit names. */
  version: string
}

export type Admission =
  | 'yes'
  | 'not-accepted'
  | 'suspended'
  | 'removed'
  | 'no-role'
  | 'access-ended'

/** Whether a member may come in with something issued at `issuedAt`, and if not, why; a role that is null is none. */
export function mayEnter(
  access: Pick<MemberAccess, 'state' | 'accessValidFrom'> & { role: unknown },
  issuedAt: Date,
): Admission {
  switch (access.state) {
    case 'invited':
      return 'not-accepted'
    case 'suspended':
    case 'removed':
      return access.state
    case 'active':
      if (access.role === null) return 'no-role'
      return issuedAt < access.accessValidFrom ? 'access-ended' : 'yes'
    default:
      return access.state satisfies never
  }
}
