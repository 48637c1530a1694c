import type { WorkspaceTransaction } from '@plantel/db'
import {
  editMember,
  latestPosition,
  listMembers,
  reactivateMember,
  removeMember,
  signOutMember,
  suspendMember,
} from '@plantel/team'
import type { EditableMember } from '@plantel/widget/contract'

import { memberEditRequest } from '../member-edit-request.ts'
import { memberListQueryOf, memberListRequest } from '../member-lists/member-list-request.ts'
import type { Operation } from '../operations/operation.ts'
import { editableMember, memberPage } from './member-schemas.ts'
import { viewMember, viewMembers } from './member-view.ts'
import { type TeamCaller, teamOperation } from './team-edge.ts'

/** The people of the workspace, as the viewer may see and change them. */
export const memberOperations: readonly Operation<TeamCaller>[] = [
  teamOperation({
    method: 'get',
    path: '/members',
    id: 'listMembers',
    tag: 'Members',
    summary: 'List members',
    query: memberListRequest,
    answers: { 200: { description: 'One page.', body: memberPage } },
    async handle(caller, { query }) {
      const body = await caller.read(async (trx, viewer) => {
        // Before the page: whatever has a position by now is in it. Both travel together, in this order.
        const [position, found] = await Promise.all([
          latestPosition(trx),
          listMembers(trx, memberListQueryOf(query)),
        ])
        return {
          members: await viewMembers(trx, found.members, viewer.memberId),
          total: found.total,
          offset: found.offset,
          nextCursor: found.nextCursor,
          previousCursor: found.previousCursor,
          position,
        }
      })
      return { status: 200, body }
    },
  }),
  teamOperation({
    method: 'get',
    path: '/members/{member}',
    id: 'readMember',
    tag: 'Members',
    summary: 'Read a member',
    answers: {
      200: {
        description: 'With the reasons for everything they have, and what may be edited.',
        body: editableMember,
        etag: true,
      },
    },
    handle: async (caller, { params }) =>
      show(await caller.read((trx, viewer) => viewMember(trx, params.member, viewer.memberId))),
  }),
  teamOperation({
    method: 'patch',
    path: '/members/{member}',
    id: 'editMember',
    tag: 'Members',
    summary: "Edit a member's profile and access",
    description: 'What is absent stays. All or nothing.',
    versioned: true,
    body: memberEditRequest,
    answers: {
      200: { description: 'The member as they are now.', body: editableMember, etag: true },
    },
    refusals: ['conflict'],
    handle: async (caller, { params, body, version }) =>
      changed(caller, params.member, (trx, id) => editMember(trx, id, body, version)),
  }),
  teamOperation({
    method: 'delete',
    path: '/members/{member}',
    id: 'removeMember',
    tag: 'Members',
    summary: 'Remove a member',
    answers: { 204: { description: 'They are no member any more, and their access has ended.' } },
    refusals: ['conflict'],
    async handle(caller, { params }) {
      await caller.write((trx) => removeMember(trx, params.member))
      return { status: 204 }
    },
  }),
  teamOperation({
    method: 'post',
    path: '/members/{member}/suspend',
    id: 'suspendMember',
    tag: 'Members',
    summary: 'Suspend a member',
    answers: {
      200: { description: 'The member as they are now.', body: editableMember, etag: true },
    },
    refusals: ['conflict'],
    handle: (caller, { params }) => changed(caller, params.member, suspendMember),
  }),
  teamOperation({
    method: 'post',
    path: '/members/{member}/reactivate',
    id: 'reactivateMember',
    tag: 'Members',
    summary: 'Reactivate a member',
    description: 'Lifts the suspension by people; one by the directory stays.',
    answers: {
      200: { description: 'The member as they are now.', body: editableMember, etag: true },
    },
    refusals: ['conflict'],
    handle: (caller, { params }) => changed(caller, params.member, reactivateMember),
  }),
  teamOperation({
    method: 'post',
    path: '/members/{member}/sign-out',
    id: 'signOutMember',
    tag: 'Members',
    summary: 'Sign a member out everywhere',
    description: 'Whoever asks it for themselves is signed out with this answer.',
    answers: { 204: { description: 'Whatever was issued to them before counts no longer.' } },
    refusals: ['conflict'],
    async handle(caller, { params }) {
      await caller.write((trx) => signOutMember(trx, params.member))
      return { status: 204 }
    },
  }),
]

async function changed(
  caller: TeamCaller,
  memberId: string,
  command: (trx: WorkspaceTransaction, memberId: string) => Promise<void>,
): Promise<ReturnType<typeof show>> {
  const member = await caller.write(async (trx, viewer) => {
    await command(trx, memberId)
    return viewMember(trx, memberId, viewer.memberId)
  })
  return show(member)
}

function show(member: EditableMember): { status: 200; body: EditableMember; version: string } {
  return { status: 200, body: member, version: member.version }
}
