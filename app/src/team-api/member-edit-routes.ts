import { isId, type WorkspaceTransaction } from '@plantel/db'
import {
  editMember,
  reactivateMember,
  removeMember,
  signOutMember,
  suspendMember,
  TeamError,
} from '@plantel/team'
import type { Request, RequestHandler } from 'express'
import { z } from 'zod'

import { requireIfMatch, setVersion } from '../if-match.ts'
import { memberEditRequest } from '../member-edit-request.ts'
import { emptyQuery, parseRequest, pathParameter } from '../parse-request.ts'
import { viewMember } from './member-view.ts'
import { actAsViewer, type Doorkeeper } from './viewer.ts'

type MemberCommand = (trx: WorkspaceTransaction, memberId: string) => Promise<void>

/** `PATCH /members/{id}`: profile and access, all or nothing; needs the ETag that the editor saw. */
export function editMemberRoute(door: Doorkeeper): RequestHandler {
  return async (request, response) => {
    parseRequest(emptyQuery, request.query)
    const version = requireIfMatch(request)
    const edit = parseRequest(memberEditRequest, request.body)
    const id = memberIdOf(request)
    const member = await actAsViewer(door, request, async (trx, viewer) => {
      await editMember(trx, id, edit, version)
      return viewMember(trx, id, viewer.memberId)
    })
    setVersion(response, member.version)
    response.json(member)
  }
}

/** `POST /members/{id}/suspend`. */
export const suspendMemberRoute = (door: Doorkeeper): RequestHandler =>
  statusRoute(door, suspendMember)

/** `POST /members/{id}/reactivate`. */
export const reactivateMemberRoute = (door: Doorkeeper): RequestHandler =>
  statusRoute(door, reactivateMember)

/** `DELETE /members/{id}`. */
export function removeMemberRoute(door: Doorkeeper): RequestHandler {
  return async (request, response) => {
    parseRequest(emptyQuery, request.query)
    const id = memberIdOf(request)
    await actAsViewer(door, request, (trx) => removeMember(trx, id))
    response.status(204).end()
  }
}

/** `POST /members/{id}/sign-out`: everywhere. Whoever asks it for themselves is signed out with this answer. */
export function signOutMemberRoute(door: Doorkeeper): RequestHandler {
  return async (request, response) => {
    readNothing(request)
    const id = memberIdOf(request)
    await actAsViewer(door, request, (trx) => signOutMember(trx, id))
    response.status(204).end()
  }
}

function statusRoute(door: Doorkeeper, command: MemberCommand): RequestHandler {
  return async (request, response) => {
    readNothing(request)
    const id = memberIdOf(request)
    const member = await actAsViewer(door, request, async (trx, viewer) => {
      await command(trx, id)
      return viewMember(trx, id, viewer.memberId)
    })
    setVersion(response, member.version)
    response.json(member)
  }
}

const nothing = z.strictObject({}).optional()

function readNothing(request: Request): void {
  parseRequest(emptyQuery, request.query)
  parseRequest(nothing, request.body)
}

function memberIdOf(request: Request): string {
  const id = pathParameter(request, 'id')
  if (!isId(id)) throw new TeamError('member-not-found')
  return id
}
