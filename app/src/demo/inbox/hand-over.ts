import { z } from 'zod'

import type { Conversation } from './conversation.ts'

/** What Plantel asks of the inbox when somebody leaves. */
export interface HandoverRequest {
  workspace: { id: string; slug: string }
  handover: {
    id: string
    member: { email: string | null }
    parts: {
      /** Null is all that no other part names. */
      department: { name: string } | null
      to:
        | { kind: 'member'; member: { id: string } }
        | { kind: 'department'; department: { name: string } }
        | { kind: 'unassigned' }
    }[]
  }
}

const department = z.object({ name: z.string() })

const handoverEvent: z.ZodType<{ type: string; data: HandoverRequest }> = z.object({
  type: z.literal('handover.requested'),
  data: z.object({
    workspace: z.object({ id: z.string(), slug: z.string() }),
    handover: z.object({
      id: z.string(),
      member: z.object({ email: z.string().nullable() }),
      parts: z.array(
        z.object({
          department: department.nullable(),
          to: z.discriminatedUnion('kind', [
            z.object({ kind: z.literal('member'), member: z.object({ id: z.string() }) }),
            z.object({ kind: z.literal('department'), department }),
            z.object({ kind: z.literal('unassigned') }),
          ]),
        }),
      ),
    }),
  }),
})

/** Undefined for every other event. */
export function parseHandoverRequest(json: unknown): HandoverRequest | undefined {
  return handoverEvent.safeParse(json).data?.data
}

/**
 * Gives a leaver's conversations to those who are to have them, and answers how many that were. The inbox knows people
 * by their email: `emailOf` finds it by the member's id, undefined leaves a conversation to everybody.
 */
export function moveConversations(
  conversations: readonly Conversation[],
  { member, parts }: HandoverRequest['handover'],
  emailOf: (memberId: string) => string | undefined,
): number {
  const theirs = conversations.filter(
    ({ assignee }) => assignee !== null && assignee === member.email,
  )
  for (const conversation of theirs) {
    const part =
      parts.find(
        (each) => each.department !== null && each.department.name === conversation.department,
      ) ?? parts.find((each) => each.department === null)
    const to = part?.to
    conversation.assignee = to?.kind === 'member' ? (emailOf(to.member.id) ?? null) : null
    if (to?.kind === 'department') conversation.department = to.department.name
  }
  return theirs.length
}

/** Moves conversations as Plantel asks, and says so until it was heard. */
export interface HandoverDesk {
  /** Rejects when Plantel could not be told: it asks again. */
  handle(request: HandoverRequest): Promise<void>
}

export interface HandoverDeskDependencies {
  conversationsOf: (workspaceSlug: string) => readonly Conversation[]
  /** Email of a member. */
  findEmail: (workspaceId: string, memberId: string) => Promise<string | null>
  complete: (handoverId: string, moved: number) => Promise<void>
}

export function createHandoverDesk({
  conversationsOf,
  findEmail,
  complete,
}: HandoverDeskDependencies): HandoverDesk {
  /** Moved, and not told yet. */
  const untold = new Map<string, number>()
  return {
    async handle({ workspace, handover }) {
      const emails = new Map<string, string>()
      for (const { to } of handover.parts) {
        if (to.kind !== 'member') continue
        const email = await findEmail(workspace.id, to.member.id)
        if (email !== null) emails.set(to.member.id, email)
      }
      const moved =
        (untold.get(handover.id) ?? 0) +
        moveConversations(conversationsOf(workspace.slug), handover, (id) => emails.get(id))
      untold.set(handover.id, moved)
      await complete(handover.id, moved)
      untold.delete(handover.id)
    },
  }
}
