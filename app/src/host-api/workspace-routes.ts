import { createId, type Database, inWorkspace } from '@plantel/db'
import {
  createWorkspace,
  locales,
  type MemberPayload,
  presetNames,
  readMemberAccess,
  readWorkspaceSummary,
  TeamError,
  type WorkspaceDraft,
} from '@plantel/team'
import type { RequestHandler } from 'express'
import { z } from 'zod'

import { parseRequest, pathParameter } from '../parse-request.ts'
import { isTimeZone } from '../time-zone.ts'
import { asHost, inOwnWorkspace } from './host-call.ts'

const name = z.string().trim().min(1).max(200)

/** What `POST /workspaces` and `plantel workspace create` accept. */
export const workspaceDraft: z.ZodType<Omit<WorkspaceDraft, 'hostId' | 'policies'>> =
  z.strictObject({
    slug: z
      .string()
      .regex(
        /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
        'must be lower-case letters, digits and inner hyphens',
      ),
    name,
    preset: z.enum(presetNames),
    locale: z.enum(locales),
    timeZone: z
      .string()
      .refine(isTimeZone, 'must be an IANA time zone, such as America/Mexico_City'),
    owner: z.strictObject({
      email: z.email().max(254),
      displayName: name,
      hostUserId: z.string().min(1).max(200).optional(),
    }),
    departments: z.array(name).max(500).default([]),
    channels: z
      .array(z.strictObject({ key: z.string().regex(/^[\w.-]{1,64}$/), name }))
      .max(500)
      .default([]),
  })

/** `POST /workspaces`: a new customer with its roles, departments, channels and first owner. */
export function createWorkspaceRoute(db: Database): RequestHandler {
  return asHost(db, async ({ hostId, actor }, request, response) => {
    const draft = parseRequest(workspaceDraft, request.body)
    const created = await inWorkspace(db, createId(), actor, (trx) =>
      createWorkspace(trx, { hostId, ...draft }),
    )
    response.status(201).location(`/host/v1/workspaces/${created.id}`).json(created)
  })
}

/** `GET /workspaces/{id or slug}`. */
export function readWorkspaceRoute(db: Database): RequestHandler {
  return asHost(db, async (caller, request, response) => {
    const body = await inOwnWorkspace(db, caller, request, async (trx, workspace) => {
      const { seats, roles, departments, channels } = await readWorkspaceSummary(trx)
      const { id, slug, name, preset, locale, timeZone } = workspace
      return { id, slug, name, preset, locale, timeZone, seats, roles, departments, channels }
    })
    response.json(body)
  })
}

/** `GET /workspaces/{id}/members/{memberId}`: the member as every event about them says it. */
export function readMemberRoute(db: Database): RequestHandler {
  return asHost(db, async (caller, request, response) => {
    const memberId = pathParameter(request, 'member')
    const member = await inOwnWorkspace(db, caller, request, async (trx) => {
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
      } satisfies MemberPayload
    })
    response.json({ member })
  })
}
