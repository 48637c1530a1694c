import { isId } from '@plantel/db'
import { latestPosition, listMembers, type MemberListRow, readMember } from '@plantel/team'
import type { MemberDetail, MemberPage, MemberRow } from '@plantel/widget/contract'
import type { RequestHandler } from 'express'
import { z } from 'zod'

import { emptyQuery, parseRequest, pathParameter } from '../parse-request.ts'
import { ProblemError } from '../problem.ts'
import { type Doorkeeper, readAsViewer } from './viewer.ts'

const listQuery = z.strictObject({
  search: z.string().trim().max(200).optional(),
  state: z.enum(['invited', 'active', 'suspended']).optional(),
  role: z.uuid().optional(),
  department: z.uuid().optional(),
  cursor: z.string().min(1).max(1_000).optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(100))
    .default(50),
})

/** `GET /members`: one page of the list, as the viewer may see it. */
export function listMembersRoute(door: Doorkeeper): RequestHandler {
  return async (request, response) => {
    const { role, department, limit, ...rest } = parseRequest(listQuery, request.query)
    const page = await readAsViewer(door, request, async (trx, viewer) => {
      // Before the page: whatever has a position by now is in it.
      const position = await latestPosition(trx)
      const found = await listMembers(trx, {
        ...withoutUndefined(rest),
        ...(role === undefined ? {} : { roleId: role }),
        ...(department === undefined ? {} : { departmentId: department }),
        limit,
      })
      return {
        members: found.members.map((row) => memberRow(row, viewer.memberId)),
        total: found.total,
        nextCursor: found.nextCursor,
        position,
      } satisfies MemberPage
    })
    response.json(page)
  }
}

/** `GET /members/{id}`: one member with the reasons for everything they have. */
export function readMemberRoute(door: Doorkeeper): RequestHandler {
  return async (request, response) => {
    parseRequest(emptyQuery, request.query)
    const id = pathParameter(request, 'id')
    const detail = await readAsViewer(door, request, async (trx, viewer) => {
      const member = isId(id) ? await readMember(trx, id) : undefined
      if (member === undefined) {
        throw new ProblemError('not-found', 'The workspace has no such member.')
      }
      return {
        ...memberRow(member, viewer.memberId),
        grants: member.grants.map((grant) => ({ ...grant, since: grant.since.toISOString() })),
      } satisfies MemberDetail
    })
    response.json(detail)
  }
}

function memberRow(row: MemberListRow, viewerId: string): MemberRow {
  return {
    id: row.id,
    displayName: row.displayName,
    email: row.email,
    userName: row.userName,
    avatarUrl: row.avatarUrl,
    state: row.state,
    role: row.role,
    noRoleReason: row.noRoleReason,
    departments: row.departments,
    channels: row.channels,
    conversationAccess: row.conversationAccess,
    managedBy: row.managedBy,
    // No replica collects presence yet, and "offline" would be a claim.
    presence: null,
    lastActiveAt: row.lastActiveAt?.toISOString() ?? null,
    isYou: row.id === viewerId,
    isOwner: row.isOwner,
    can: { actions: ['view'] },
  }
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

function withoutUndefined<T extends object>(value: T): Defined<T> {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
  return Object.fromEntries(entries) as Defined<T>
}
