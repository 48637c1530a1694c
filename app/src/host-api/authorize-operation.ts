import { type Database, isId } from '@plantel/db'
import { findWorkspace, mayAccessConversation, TeamError } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { createConversationReaders } from './conversation-readers.ts'
import { type HostCaller, hostOperation } from './host-caller.ts'

const id = z.string().min(1).max(200)
const person = id.meta({ description: "A member's id, or the host's own id of them." })

const conversation = {
  channel: id.nullable().default(null).meta({ description: 'Key.' }),
  department: id.nullable().default(null).meta({ description: 'Id or name.' }),
  assignee: person.nullable().default(null),
  startedBy: person.nullable().default(null),
}

const authorizeRequest = z.union(
  [
    z.strictObject({ member: id, ...conversation }),
    z.strictObject({ hostUser: id, ...conversation }),
  ],
  'must name either member or hostUser, and may name channel, department, assignee and startedBy',
)

const authorizeAnswer = z.union([
  z.object({
    allowed: z.literal(true),
    because: z.enum(['all', 'assigned', 'department', 'no-department']),
  }),
  z.object({
    allowed: z.literal(false),
    because: z.enum([
      'may-not-enter',
      'other-channel',
      'started-by-another',
      'other-department',
      'own-only',
    ]),
  }),
])

/**
 * Whether this member may open this conversation now, and by which rule. Hosts ask it more often than anything else: it
 * is answered with one round trip to the database, which those who ask at the same time share.
 */
export function authorizeOperation(db: Database): Operation<HostCaller> {
  const findReader = createConversationReaders(db)
  return hostOperation({
    method: 'post',
    path: '/workspaces/{workspace}/authorize',
    id: 'authorize',
    tag: 'Members',
    summary: 'May this member open this conversation?',
    scope: 'read',
    body: authorizeRequest,
    answers: { 200: { description: 'Yes or no, and by which rule.', body: authorizeAnswer } },
    async handle({ hostId }, { params, body }) {
      const workspaceId = await findId(db, hostId, params.workspace)
      const person =
        'member' in body
          ? { by: 'member' as const, reference: body.member }
          : { by: 'hostUser' as const, reference: body.hostUser }
      const found = await findReader({ hostId, workspaceId, ...person })
      if (found === undefined) throw new TeamError('workspace-not-found')
      const { person: reader, policies } = found
      if (reader === undefined) throw new TeamError('member-not-found')
      if (!reader.mayEnter)
        return { status: 200, body: { allowed: false, because: 'may-not-enter' } }
      const own = (someone: string | null): string | null =>
        someone !== null && someone === reader.hostUserId ? reader.memberId : someone
      const { channel, department, assignee, startedBy } = body
      const conversation = {
        channel,
        department,
        assignee: own(assignee),
        startedBy: own(startedBy),
      }
      return { status: 200, body: mayAccessConversation(reader, conversation, policies) }
    },
  })
}

/** A slug costs a round trip more. */
async function findId(db: Database, hostId: string, idOrSlug: string): Promise<string> {
  if (isId(idOrSlug)) return idOrSlug
  const workspace = await findWorkspace(db, hostId, idOrSlug)
  if (workspace === undefined) throw new TeamError('workspace-not-found')
  return workspace.id
}
