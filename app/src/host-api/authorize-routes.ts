import { type Database, readInWorkspace, type WorkspaceTransaction } from '@plantel/db'
import {
  type ConversationAnswer,
  findMemberByHostUser,
  mayAccessConversation,
  readMemberAccess,
  TeamError,
} from '@plantel/team'
import type { RequestHandler } from 'express'
import { z } from 'zod'

import { parseRequest, pathParameter } from '../parse-request.ts'
import { asHost, requireWorkspace } from './host-call.ts'

const id = z.string().min(1).max(200)

const conversation = {
  channel: id.nullable().default(null),
  department: id.nullable().default(null),
  /** A member's id, or the host's own id of them. */
  assignee: id.nullable().default(null),
  startedBy: id.nullable().default(null),
}

const authorizeRequest = z.union(
  [
    z.strictObject({ member: id, ...conversation }),
    z.strictObject({ hostUser: id, ...conversation }),
  ],
  'must name either member or hostUser, and may name channel, department, assignee and startedBy',
)

type Answer = ConversationAnswer | { allowed: false; because: 'may-not-enter' }

/** `POST /workspaces/{id}/authorize`: whether this member may open this conversation now, and by which rule. */
export function authorizeRoute(db: Database): RequestHandler {
  return asHost(db, async (caller, request, response) => {
    const wanted = parseRequest(authorizeRequest, request.body)
    const workspace = await requireWorkspace(db, caller, pathParameter(request, 'workspace'))
    const answer = await readInWorkspace(
      db,
      workspace.id,
      caller.actor,
      async (trx): Promise<Answer> => {
        const access = await requireMember(trx, wanted)
        if (access.state !== 'active' || access.role === null) {
          return { allowed: false, because: 'may-not-enter' }
        }
        const own = (person: string | null): string | null =>
          person !== null && person === access.hostUserId ? access.memberId : person
        const { channel, department, assignee, startedBy } = wanted
        return mayAccessConversation(
          {
            memberId: access.memberId,
            conversationAccess: access.conversationAccess,
            channels: access.channels.map(({ key }) => key),
            departments: access.departments,
            seesAllByRole: access.role.permissions.includes('conversations:all'),
          },
          { channel, department, assignee: own(assignee), startedBy: own(startedBy) },
          workspace.policies,
        )
      },
    )
    response.json(answer)
  })
}

async function requireMember(
  trx: WorkspaceTransaction,
  wanted: z.output<typeof authorizeRequest>,
): Promise<NonNullable<Awaited<ReturnType<typeof readMemberAccess>>>> {
  const memberId =
    'member' in wanted ? wanted.member : await findMemberByHostUser(trx, wanted.hostUser)
  const access = memberId === undefined ? undefined : await readMemberAccess(trx, memberId)
  if (access === undefined) throw new TeamError('member-not-found')
  return access
}
