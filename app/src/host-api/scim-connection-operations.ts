import type { WorkspaceTransaction } from '@plantel/db'
import {
  activateScimConnection,
  createScimConnection,
  createScimToken,
  deleteScimConnection,
  listScimConnections,
  listScimRequests,
  type NewScimConnection,
  pauseScimConnection,
  readScimConnection,
  scimBaseUrl,
  type ScimConnectionChange,
  type ScimConnectionView,
  updateScimConnection,
} from '@plantel/scim-server'
import type { ScimConnection as ShownScimConnection } from '@plantel/widget/contract'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { pageSize } from '../operations/page-size.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'

const settings = {
  name: z.string().trim().min(1).max(200),
  profile: z.enum(['compat', 'rfc', 'interop']),
  patchResponse: z.enum(['resource', 'no-content']),
  defaultRole: z.string().min(1).nullable(),
  rateLimit: z.strictObject({
    requestsPerMinute: z.int().min(1).max(600_000),
    burst: z.int().min(1).max(100_000),
  }),
}
const idp = z.enum(['okta', 'entra', 'google', 'onelogin', 'jumpcloud', 'generic'])

/** What `POST …/scim-connections` and `plantel scim-connection create` accept. */
export const scimConnectionDraft: z.ZodType<NewScimConnection> = z.strictObject({
  name: settings.name,
  idp,
  profile: settings.profile.default('compat'),
  patchResponse: settings.patchResponse.default('resource'),
  defaultRole: settings.defaultRole.default(null),
  rateLimit: settings.rateLimit.optional(),
  state: z.enum(['draft', 'active']).default('active'),
})

/** What `PATCH …/scim-connections/{id}` and `plantel scim-connection update` accept. */
export const scimConnectionPatch: z.ZodType<ScimConnectionChange> = z
  .strictObject(settings)
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'must change something')

const scimConnection = z
  .object({
    id: z.uuid(),
    ...settings,
    idp,
    state: z.enum(['draft', 'active', 'paused']),
    createdAt: z.date(),
    baseUrl: z.url(),
    tokenEndpoint: z.url(),
    clientId: z.uuid(),
  })
  .meta({ id: 'ScimConnection' }) satisfies z.ZodType<ShownScimConnection>

type ScimConnection = z.output<typeof scimConnection>

const presence = z.union([z.boolean(), z.literal('…')]).nullable()

const requestDetails = z
  .object({
    resourceId: z.uuid().meta({ description: 'Of the resource that the request made.' }),
    operations: z
      .array(z.object({ op: z.enum(['add', 'remove', 'replace']), path: z.string().nullable() }))
      .meta({ description: 'Of a PATCH, the first fifty; without the values of a filter.' }),
    changes: z
      .array(z.object({ path: z.string(), before: presence, after: presence }))
      .meta({ description: 'What is not as it was: `…` stands for a value, null for none.' }),
    members: z
      .object({ added: z.int(), removed: z.int() })
      .meta({ description: 'How many members a group got and lost.' }),
    times: z.int().meta({
      description:
        'Of reads, and of nothing else: how many alike came within seconds of each other.',
    }),
  })
  .partial()
  .meta({ description: 'What was asked for and changed, without values.' })

const scimRequest = z
  .object({
    id: z.uuid(),
    occurredAt: z.date(),
    method: z.string(),
    path: z.string(),
    status: z.int(),
    scimType: z.string().nullable(),
    warnings: z.array(z.object({ code: z.string(), subject: z.string() })),
    details: requestDetails,
    durationMs: z.number(),
  })
  .meta({ id: 'ScimRequest' })

const one = '/scim-connections/{connection}'

/** A workspace's links to corporate directories. */
export function scimConnectionOperations(
  publicUrl: string,
): readonly Operation<HostWorkspaceCaller>[] {
  const show = (connection: ScimConnectionView): ScimConnection => {
    const baseUrl = scimBaseUrl(publicUrl, connection.id)
    const tokenEndpoint = `${baseUrl}/oauth2/token`
    return { ...connection, baseUrl, tokenEndpoint, clientId: connection.id }
  }
  async function change(
    caller: HostWorkspaceCaller,
    id: string,
    command: (trx: WorkspaceTransaction, id: string) => Promise<void>,
  ): Promise<{ status: 200; body: ScimConnection }> {
    const changed = await caller.write(async (trx) => {
      await command(trx, id)
      return readScimConnection(trx, id)
    })
    return { status: 200, body: show(changed) }
  }

  return [
    hostWorkspaceOperation({
      method: 'get',
      path: '/scim-connections',
      id: 'listScimConnections',
      tag: 'Directory',
      summary: 'List SCIM connections',
      answers: {
        200: {
          description: 'All of them, drafts and paused ones too, the oldest first.',
          body: z.object({ connections: z.array(scimConnection) }),
        },
      },
      async handle(caller) {
        const found = await caller.read((trx) => listScimConnections(trx))
        return { status: 200, body: { connections: found.map(show) } }
      },
    }),
    hostWorkspaceOperation({
      method: 'post',
      path: '/scim-connections',
      id: 'createScimConnection',
      tag: 'Directory',
      summary: 'Create a SCIM connection',
      description: 'The answer is what the IT admin types into their directory.',
      body: scimConnectionDraft,
      answers: {
        201: {
          description: 'The token is shown this once.',
          body: z.object({
            id: z.uuid(),
            token: z.string(),
            tokenExpiresAt: z.date(),
            baseUrl: z.url(),
          }),
        },
      },
      refusals: ['conflict'],
      async handle(caller, { body }) {
        const created = await caller.write(async (trx) => {
          const { id } = await createScimConnection(trx, body)
          const { plainToken, expiresAt } = await createScimToken(trx, id)
          return { id, token: plainToken, tokenExpiresAt: expiresAt }
        })
        return { status: 201, body: { ...created, baseUrl: scimBaseUrl(publicUrl, created.id) } }
      },
    }),
    hostWorkspaceOperation({
      method: 'get',
      path: one,
      id: 'readScimConnection',
      tag: 'Directory',
      summary: 'Read a SCIM connection',
      answers: { 200: { description: 'The connection.', body: scimConnection } },
      async handle(caller, { params }) {
        const found = await caller.read((trx) => readScimConnection(trx, params.connection))
        return { status: 200, body: show(found) }
      },
    }),
    hostWorkspaceOperation({
      method: 'patch',
      path: one,
      id: 'updateScimConnection',
      tag: 'Directory',
      summary: 'Change a SCIM connection',
      description: 'Another default role counts at once for everybody of the directory.',
      body: scimConnectionPatch,
      answers: { 200: { description: 'The connection as it is now.', body: scimConnection } },
      refusals: ['conflict'],
      handle: (caller, { params, body }) =>
        change(caller, params.connection, (trx, id) => updateScimConnection(trx, id, body)),
    }),
    hostWorkspaceOperation({
      method: 'delete',
      path: one,
      id: 'deleteScimConnection',
      tag: 'Directory',
      summary: 'Delete a SCIM connection',
      description:
        "For good, with its tokens, secrets, request log, mapping rules, directory users and groups. Its people stay members in the state they are in. They lose what the directory's rules and default role gave them and keep what people gave them. To keep everything as it is, pause instead.",
      answers: {
        200: {
          description: 'How many members were let go.',
          body: z.object({ id: z.uuid(), members: z.int() }),
        },
      },
      async handle(caller, { params }) {
        const { members } = await caller.write((trx) =>
          deleteScimConnection(trx, params.connection),
        )
        return { status: 200, body: { id: params.connection, members } }
      },
    }),
    hostWorkspaceOperation({
      method: 'post',
      path: `${one}/pause`,
      id: 'pauseScimConnection',
      tag: 'Directory',
      summary: 'Pause a SCIM connection',
      description:
        'The directory is answered 403 until the connection is resumed; people keep their access, groups and tokens stay.',
      answers: { 200: { description: 'The connection as it is now.', body: scimConnection } },
      refusals: ['conflict'],
      handle: (caller, { params }) => change(caller, params.connection, pauseScimConnection),
    }),
    hostWorkspaceOperation({
      method: 'post',
      path: `${one}/resume`,
      id: 'resumeScimConnection',
      tag: 'Directory',
      summary: 'Resume a SCIM connection',
      description: 'Also starts a draft. Refused while another connection is active.',
      answers: { 200: { description: 'The connection as it is now.', body: scimConnection } },
      refusals: ['conflict'],
      handle: (caller, { params }) => change(caller, params.connection, activateScimConnection),
    }),
    hostWorkspaceOperation({
      method: 'get',
      path: `${one}/requests`,
      id: 'listScimRequests',
      tag: 'Directory',
      summary: 'Read the request log',
      description: 'What the directory asked in the last thirty days, the newest first.',
      query: z.strictObject({
        only: z.enum(['warnings', 'errors']).optional(),
        cursor: z.string().min(1).max(100).optional(),
        limit: pageSize(50, 200),
      }),
      answers: {
        200: {
          description: 'One page.',
          body: z.object({ requests: z.array(scimRequest), nextCursor: z.string().nullable() }),
        },
      },
      handle: async (caller, { params, query }) => ({
        status: 200,
        body: await caller.read((trx) => listScimRequests(trx, params.connection, query)),
      }),
    }),
  ]
}
