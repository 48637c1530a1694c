import { latestPosition, listMembers, type MemberListRow } from '@plantel/team'
import { z } from 'zod'

import type { HostWorkspaceCaller } from '../host-api/host-caller.ts'
import { hostWorkspaceOperation } from '../host-api/host-caller.ts'
import type { Operation } from '../operations/operation.ts'
import { namedReference, roleReference } from '../team-api/member-schemas.ts'
import { memberListQueryOf, memberListRequest, pageOffset } from './member-list-request.ts'

const listedMember = z
  .object({
    id: z.uuid(),
    hostUserId: z.string().nullable(),
    displayName: z.string(),
    email: z.string().nullable(),
    userName: z.string().nullable(),
    avatarUrl: z.string().nullable(),
    state: z.enum(['invited', 'active', 'suspended']),
    role: roleReference.nullable(),
    noRoleReason: z.enum(['no_grant', 'no_seat']).nullable(),
    departments: z.array(namedReference),
    channels: z.array(namedReference),
    conversationAccess: z.enum(['own', 'departments', 'all']),
    managedBy: z.object({ kind: z.literal('directory'), name: z.string() }).nullable(),
    source: z.enum(['directory', 'invitation', 'manual']),
    lastActiveAt: z.iso.datetime().nullable(),
    isOwner: z.boolean(),
  })
  .meta({ id: 'ListedMember' })

const page = z.object({
  members: z.array(listedMember),
  total: z.int().meta({ description: 'How many match, over all pages.' }),
  offset: pageOffset,
  nextCursor: z.string().nullable().meta({ description: 'Opaque; null on the last page.' }),
  previousCursor: z.string().nullable().meta({ description: 'Opaque; null on the first page.' }),
  position: z.string().meta({ description: 'Events after this one are not in the page.' }),
})

/** The people of a workspace, for the host's own pages. */
export const hostMemberListOperation: Operation<HostWorkspaceCaller> = hostWorkspaceOperation({
  method: 'get',
  path: '/members',
  id: 'listMembers',
  tag: 'Members',
  summary: 'List members',
  query: memberListRequest,
  answers: { 200: { description: 'One page.', body: page } },
  async handle(caller, { query }) {
    const body = await caller.read(async (trx) => {
      const [position, found] = await Promise.all([
        latestPosition(trx),
        listMembers(trx, memberListQueryOf(query)),
      ])
      return { ...found, members: found.members.map(show), position }
    })
    return { status: 200, body }
  },
})

function show(row: MemberListRow): z.output<typeof listedMember> {
  return { ...row, lastActiveAt: row.lastActiveAt?.toISOString() ?? null }
}
