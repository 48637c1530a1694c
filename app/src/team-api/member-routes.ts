import { isId } from '@plantel/db'
import { latestPosition, listMembers, TeamError } from '@plantel/team'
import type { MemberPage } from '@plantel/widget/contract'
import type { RequestHandler } from 'express'
import { z } from 'zod'

import { setVersion } from '../if-match.ts'
import { emptyQuery, parseRequest, pathParameter } from '../parse-request.ts'
import { viewMember, viewMembers } from './member-view.ts'
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
        members: await viewMembers(trx, found.members, viewer.memberId),
        total: found.total,
        nextCursor: found.nextCursor,
        position,
      } satisfies MemberPage
    })
    response.json(page)
  }
}

/** `GET /members/{id}`: one member with the reasons for everything they have, and what may be edited. */
export function readMemberRoute(door: Doorkeeper): RequestHandler {
  return async (request, response) => {
    parseRequest(emptyQuery, request.query)
    const id = pathParameter(request, 'id')
    if (!isId(id)) throw new TeamError('member-not-found')
    const member = await readAsViewer(door, request, (trx, viewer) =>
      viewMember(trx, id, viewer.memberId),
    )
    setVersion(response, member.version)
    response.json(member)
  }
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

function withoutUndefined<T extends object>(value: T): Defined<T> {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
  return Object.fromEntries(entries) as Defined<T>
}
