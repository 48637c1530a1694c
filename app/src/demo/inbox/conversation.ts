/** One customer's chat with a company. */
export interface Conversation {
  id: string
  customer: string
  /** Phone number or handle, as the channel shows it. */
  handle: string
  channel: string
  department: string | null
  /** Email of the colleague who has it; null waits for somebody. */
  assignee: string | null
  unread: number
  messages: Message[]
}

interface Message {
  from: 'customer' | 'team'
  text: string
  at: Date
}

/** Customer, handle, channel, department, assignee, unread, then the messages: who, minutes ago, what. */
export type ConversationLine = readonly [
  customer: string,
  handle: string,
  channel: string,
  department: string | null,
  assignee: string | null,
  unread: number,
  messages: readonly (readonly ['customer' | 'team', number, string])[],
]

/** Lines of a script as conversations that took place shortly before `now`. */
export function conversationsAt(lines: readonly ConversationLine[], now: Date): Conversation[] {
  return lines.map(
    ([customer, handle, channel, department, assignee, unread, messages], index) => ({
      id: String(index + 1),
      customer,
      handle,
      channel,
      department,
      assignee,
      unread,
      messages: messages.map(([from, minutesAgo, text]) => ({
        from,
        text,
        at: new Date(now.getTime() - minutesAgo * 60_000),
      })),
    }),
  )
}
