import { z } from 'zod'

import type { Conversation } from './conversation.ts'

/** What Plantel says of a member, in ID token and userinfo alike. */
export interface MemberClaims {
  sub: string
  name: string
  email?: string | undefined
  role: { key: string; name: string }
  departments: { name: string }[]
  channels: { key: string }[]
  conversation_access: 'own' | 'departments' | 'all'
}

export const memberClaims: z.ZodType<MemberClaims> = z.object({
  sub: z.string(),
  name: z.string(),
  email: z.string().optional(),
  role: z.object({ key: z.string(), name: z.string() }),
  departments: z.array(z.object({ name: z.string() })),
  channels: z.array(z.object({ key: z.string() })),
  conversation_access: z.enum(['own', 'departments', 'all']),
})

/** What somebody may see of the inbox. */
export interface Access {
  roleName: string
  departments: readonly string[]
  /** Keys. */
  channels: readonly string[]
  conversations: 'own' | 'departments' | 'all'
}

export function accessOf(claims: MemberClaims): Access {
  return {
    roleName: claims.role.name,
    departments: claims.departments.map(({ name }) => name),
    channels: claims.channels.map(({ key }) => key),
    conversations: claims.conversation_access,
  }
}

/** The rule Plantel asks hosts to keep: visible = channel allowed and (all, mine, or my departments' or nobody's). */
export function maySee(
  conversation: Conversation,
  access: Access,
  email: string | undefined,
): boolean {
  if (access.conversations === 'all') return true
  if (!access.channels.includes(conversation.channel)) return false
  if (conversation.assignee === email) return true
  if (access.conversations === 'own') return false
  return conversation.department === null || access.departments.includes(conversation.department)
}
