import type { WorkspaceTransaction } from '@plantel/db'
import {
  findMemberByHostUser,
  mayAccessConversation,
  type MemberAccess,
  readMemberAccess,
  TeamError,
} from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'

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

/** Whether this member may open this conversation now, and by which rule. */
export const authorizeOperation: Operation<HostWorkspaceCaller> = hostWorkspaceOperation({
  method: 'post',
  path: '/authorize',
  id: 'authorize',
  tag: 'Members',
  summary: 'May this member open this conversation?',
  scope: 'read',
  body: authorizeRequest,
  answers: { 200: { description: 'Yes or no, and by which rule.', body: authorizeAnswer } },
  async handle(caller, { body }) {
    const answer = await caller.read(
      async (trx, { policies }): Promise<z.output<typeof authorizeAnswer>> => {
        const access = await requireMember(trx, body)
        if (access.state !== 'active' || access.role === null) {
          return { allowed: false, because: 'may-not-enter' }
        }
        const own = (someone: string | null): string | null =>
          someone !== null && someone === access.hostUserId ? access.memberId : someone
        const { channel, department, assignee, startedBy } = body
        return mayAccessConversation(
          {
            memberId: access.memberId,
            conversationAccess: access.conversationAccess,
            channels: access.channels.map(({ key }) => key),
            departments: access.departments,
            seesAllByRole: access.role.permissions.includes('conversations:all'),
          },
          { channel, department, assignee: own(assignee), startedBy: own(startedBy) },
          policies,
        )
      },
    )
    return { status: 200, body: answer }
  },
})

async function requireMember(
  trx: WorkspaceTransaction,
  wanted: z.output<typeof authorizeRequest>,
): Promise<MemberAccess> {
  const memberId =
    'member' in wanted ? wanted.member : await findMemberByHostUser(trx, wanted.hostUser)
  const access = memberId === undefined ? undefined : await readMemberAccess(trx, memberId)
  if (access === undefined) throw new TeamError('member-not-found')
  return access
}
