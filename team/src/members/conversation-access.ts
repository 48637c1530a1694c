import type { ConversationAccess, WorkspacePolicies } from '@plantel/db'

/** What a host knows of a conversation. */
export interface Conversation {
  /** Its key; null where the host has no channels. */
  channel: string | null
  /** Id or name; null while nobody has sorted it. */
  department: string | null
  /** The member who answers it. */
  assignee: string | null
  /** The member who wrote first; null when the customer did. */
  startedBy: string | null
}

/** What a member has that decides about conversations. */
export interface ConversationReader {
  memberId: string
  conversationAccess: ConversationAccess
  /** Keys. */
  channels: readonly string[]
  departments: readonly { id: string; name: string }[]
  /** `conversations:all` by their role, and not by a supervisor right alone. */
  seesAllByRole: boolean
}

export type ConversationPolicies = Pick<WorkspacePolicies, 'hideOthersChats' | 'channelAccess'>

export type ConversationAnswer =
  | { allowed: true; because: 'all' | 'assigned' | 'department' | 'no-department' }
  | {
      allowed: false
      because: 'other-channel' | 'started-by-another' | 'other-department' | 'own-only'
    }

/** Whether a member may open a conversation, and by which rule. Hosts ask it, or apply the same to their queries. */
export function mayAccessConversation(
  reader: ConversationReader,
  conversation: Conversation,
  policies: ConversationPolicies,
): ConversationAnswer {
  if (!isChannelAllowed(reader, conversation, policies)) {
    return { allowed: false, because: 'other-channel' }
  }
  if (reader.conversationAccess === 'all') return { allowed: true, because: 'all' }
  if (conversation.assignee === reader.memberId) return { allowed: true, because: 'assigned' }
  if (reader.conversationAccess === 'own') return { allowed: false, because: 'own-only' }
  const { startedBy, department } = conversation
  if (policies.hideOthersChats && startedBy !== null && startedBy !== reader.memberId) {
    return { allowed: false, because: 'started-by-another' }
  }
  if (department === null) return { allowed: true, because: 'no-department' }
  return reader.departments.some(({ id, name }) => id === department || name === department)
    ? { allowed: true, because: 'department' }
    : { allowed: false, because: 'other-department' }
}

function isChannelAllowed(
  reader: ConversationReader,
  { channel }: Conversation,
  { channelAccess }: ConversationPolicies,
): boolean {
  return (
    channel === null ||
    channelAccess === 'all' ||
    reader.seesAllByRole ||
    reader.channels.includes(channel)
  )
}
