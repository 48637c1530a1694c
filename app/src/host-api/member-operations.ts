import type { WorkspaceTransaction } from '@plantel/db'
import {
  appointOwner,
  editMember,
  reactivateMember,
  readMemberAccess,
  removeMember,
  signOutMember,
  suspendMember,
  TeamError,
} from '@plantel/team'
import { z } from 'zod'

import { hostMemberEditRequest } from '../member-edit-request.ts'
import type { Operation } from '../operations/operation.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'

const memberPayload = z
  .object({
    id: z.uuid(),
    displayName: z.string(),
    email: z.string().nullable(),
    hostUserId: z.string().nullable(),
    state: z.enum(['invited', 'active', 'suspended', 'removed']),
    role: z.object({ key: z.string(), name: z.string() }).nullable(),
    departments: z.array(z.string()).meta({ description: 'Names.' }),
    channels: z.array(z.string()).meta({ description: 'Keys.' }),
    conversationAccess: z.enum(['own', 'departments', 'all']),
  })
  .meta({ id: 'MemberPayload', description: 'A member as every event about them says it.' })

/** What a host does with the members of a workspace. */
export const memberOperations: readonly Operation<HostWorkspaceCaller>[] = [
  hostWorkspaceOperation({
    method: 'get',
    path: '/members/{member}',
    id: 'readMember',
    tag: 'Members',
    summary: 'Read a member',
    answers: {
      200: {
        description: 'The member.',
        body: z.object({ member: memberPayload }),
        etag: true,
      },
    },
    async handle(caller, { params }) {
      const { version, ...member } = await caller.read((trx) => readMember(trx, params.member))
      return { status: 200, body: { member }, version }
    },
  }),
  hostWorkspaceOperation({
    method: 'patch',
    path: '/members/{member}',
    id: 'editMember',
    tag: 'Members',
    summary: "Edit a member's profile and access",
    description: 'What is absent stays. All or nothing.',
    versioned: true,
    body: hostMemberEditRequest,
    answers: { 204: { description: 'Everything is as asked for.' } },
    refusals: ['conflict'],
    async handle(caller, { params, body, version }) {
      await caller.write((trx) => editMember(trx, params.member, body, version))
      return { status: 204 }
    },
  }),
  hostWorkspaceOperation({
    method: 'delete',
    path: '/members/{member}',
    id: 'removeMember',
    tag: 'Members',
    summary: 'Remove a member',
    answers: { 204: { description: 'They are no member any more, and their access has ended.' } },
    refusals: ['conflict'],
    handle: (caller, { params }) => done(caller, params.member, removeMember),
  }),
  hostWorkspaceOperation({
    method: 'post',
    path: '/members/{member}/suspend',
    id: 'suspendMember',
    tag: 'Members',
    summary: 'Suspend a member',
    answers: { 204: { description: 'Their access has ended until they are reactivated.' } },
    refusals: ['conflict'],
    handle: (caller, { params }) => done(caller, params.member, suspendMember),
  }),
  hostWorkspaceOperation({
    method: 'post',
    path: '/members/{member}/reactivate',
    id: 'reactivateMember',
    tag: 'Members',
    summary: 'Reactivate a member',
    description: 'Lifts the suspension by people; one by the directory stays.',
    answers: { 204: { description: 'The suspension is lifted.' } },
    refusals: ['conflict'],
    handle: (caller, { params }) => done(caller, params.member, reactivateMember),
  }),
  hostWorkspaceOperation({
    method: 'post',
    path: '/members/{member}/sign-out',
    id: 'signOutMember',
    tag: 'Members',
    summary: 'Sign a member out everywhere',
    answers: { 204: { description: 'Whatever was issued to them before counts no longer.' } },
    refusals: ['conflict'],
    handle: (caller, { params }) => done(caller, params.member, signOutMember),
  }),
  hostWorkspaceOperation({
    method: 'put',
    path: '/owner',
    id: 'setOwner',
    tag: 'Members',
    summary: 'Make a member an owner',
    description:
      'Without asking anybody: for a workspace that has no owner left. The member keeps a way in when directory and single sign-on are down.',
    body: z.strictObject({ member: z.uuid() }),
    answers: { 204: { description: 'They are an owner.' } },
    refusals: ['conflict', 'not-found'],
    async handle(caller, { body }) {
      await caller.write((trx) => appointOwner(trx, body.member))
      return { status: 204 }
    },
  }),
]

async function done(
  caller: HostWorkspaceCaller,
  memberId: string,
  command: (trx: WorkspaceTransaction, memberId: string) => Promise<void>,
): Promise<{ status: 204 }> {
  await caller.write((trx) => command(trx, memberId))
  return { status: 204 }
}

async function readMember(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<z.output<typeof memberPayload> & { version: string }> {
  const access = await readMemberAccess(trx, memberId)
  if (access === undefined) throw new TeamError('member-not-found')
  return {
    id: access.memberId,
    displayName: access.displayName,
    email: access.email,
    hostUserId: access.hostUserId,
    state: access.state,
    role: access.role === null ? null : { key: access.role.key, name: access.role.name },
    departments: access.departments.map((department) => department.name).toSorted(),
    channels: access.channels.map((channel) => channel.key).toSorted(),
    conversationAccess: access.conversationAccess,
    version: access.version,
  }
}
