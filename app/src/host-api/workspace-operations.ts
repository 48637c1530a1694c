import {
  createWorkspace,
  locales,
  presetNames,
  readWorkspaceSummary,
  type WorkspaceDraft,
} from '@plantel/team'
import { z } from 'zod'

import { hostUserId } from '../member-edit-request.ts'
import type { Operation } from '../operations/operation.ts'
import { isTimeZone } from '../time-zone.ts'
import {
  type HostCaller,
  hostOperation,
  type HostWorkspaceCaller,
  hostWorkspaceOperation,
} from './host-caller.ts'

const name = z.string().trim().min(1).max(200)

/** What `POST /workspaces` and `plantel workspace create` accept. */
export const workspaceDraft: z.ZodType<Omit<WorkspaceDraft, 'hostId' | 'policies'>> =
  z.strictObject({
    slug: z
      .string()
      .regex(
        /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
        'must be lower-case letters, digits and inner hyphens',
      )
      .meta({ example: 'acme' }),
    name,
    preset: z.enum(presetNames),
    locale: z.enum(locales),
    timeZone: z
      .string()
      .refine(isTimeZone, 'must be an IANA time zone, such as America/Mexico_City')
      .meta({ example: 'America/Mexico_City' }),
    owner: z.strictObject({
      email: z.email().max(254),
      displayName: name,
      hostUserId: hostUserId.optional(),
    }),
    departments: z.array(name).max(500).default([]),
    channels: z
      .array(
        z.strictObject({
          key: z
            .string()
            .regex(/^[\w.-]{1,64}$/)
            .meta({ example: 'whatsapp-mx' }),
          name,
        }),
      )
      .max(500)
      .default([]),
  })

const named = z.object({ id: z.uuid(), name: z.string() })
const keyed = z.object({ id: z.uuid(), key: z.string(), name: z.string() })

/** The customers of a host. */
export const workspacesOperations: readonly Operation<HostCaller>[] = [
  hostOperation({
    method: 'post',
    path: '/workspaces',
    id: 'createWorkspace',
    tag: 'Workspaces',
    summary: 'Create a workspace',
    description:
      'A new customer with the roles of its preset, departments, channels, and a first owner who is active at once.',
    body: workspaceDraft,
    answers: {
      201: {
        description: 'Where everything is.',
        location: true,
        body: z.object({
          id: z.uuid(),
          slug: z.string(),
          ownerMemberId: z.uuid(),
          roles: z.array(keyed),
          departments: z.array(named),
          channels: z.array(keyed),
        }),
      },
    },
    refusals: ['conflict'],
    async handle({ hostId, inNewWorkspace }, { body }) {
      const created = await inNewWorkspace((trx) => createWorkspace(trx, { hostId, ...body }))
      return { status: 201, body: created, location: `/host/v1/workspaces/${created.id}` }
    },
  }),
]

/** The workspace itself. */
export const workspaceOperations: readonly Operation<HostWorkspaceCaller>[] = [
  hostWorkspaceOperation({
    method: 'get',
    path: '',
    id: 'readWorkspace',
    tag: 'Workspaces',
    summary: 'Read a workspace',
    answers: {
      200: {
        description: 'What it is made of.',
        body: z.object({
          id: z.uuid(),
          slug: z.string(),
          name: z.string(),
          preset: z.string(),
          locale: z.string(),
          timeZone: z.string(),
          seats: z.object({ used: z.int(), limit: z.int().nullable() }),
          roles: z.array(keyed.extend({ builtIn: z.boolean() })),
          departments: z.array(named),
          channels: z.array(keyed),
        }),
      },
    },
    async handle(caller) {
      const body = await caller.read(async (trx, workspace) => {
        const { seats, roles, departments, channels } = await readWorkspaceSummary(trx)
        const { id, slug, name, preset, locale, timeZone } = workspace
        return { id, slug, name, preset, locale, timeZone, seats, roles, departments, channels }
      })
      return { status: 200, body }
    },
  }),
]
