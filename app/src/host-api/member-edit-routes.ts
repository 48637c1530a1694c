import { isId, type WorkspaceTransaction } from '@plantel/db'
import {
  editMember,
  reactivateMember,
  removeMember,
  signOutMember,
  suspendMember,
  TeamError,
} from '@plantel/team'
import type { Request } from 'express'
import { z } from 'zod'

import { memberEditRequest } from '../member-edit-request.ts'
import { emptyQuery, parseRequest, pathParameter } from '../parse-request.ts'
import type { Route } from '../route-table.ts'
import type { TeamEdge } from '../team-settings/team-edge.ts'

const nothing = z.strictObject({}).optional()
const ownerRequest = z.strictObject({ member: z.uuid() })

/** What a host does with the members of a workspace; every one answers 204. */
export function memberEditTable(edge: TeamEdge, prefix: string): Route[] {
  const one = `${prefix}/members/:member`
  const run =
    (command: (trx: WorkspaceTransaction, memberId: string) => Promise<void>): Route[2] =>
    async (request, response) => {
      parseRequest(emptyQuery, request.query)
      parseRequest(nothing, request.body)
      await edge.open(request, (trx) => command(trx, memberOf(request)))
      response.status(204).end()
    }
  return [
    [
      'patch',
      one,
      async (request, response) => {
        parseRequest(emptyQuery, request.query)
        const version = edge.versionOf(request)
        const edit = parseRequest(memberEditRequest, request.body)
        await edge.open(request, (trx) => editMember(trx, memberOf(request), edit, version))
        response.status(204).end()
      },
    ],
    ['delete', one, run(removeMember)],
    ['post', `${one}/suspend`, run(suspendMember)],
    ['post', `${one}/reactivate`, run(reactivateMember)],
    ['post', `${one}/sign-out`, run(signOutMember)],
    [
      'put',
      `${prefix}/owner`,
      async (request, response) => {
        parseRequest(emptyQuery, request.query)
        const { member } = parseRequest(ownerRequest, request.body)
        await edge.open(request, (trx) => editMember(trx, member, { role: 'owner' }))
        response.status(204).end()
      },
    ],
  ]
}

function memberOf(request: Request): string {
  const id = pathParameter(request, 'member')
  if (!isId(id)) throw new TeamError('member-not-found')
  return id
}
