import type { Database } from '@plantel/db'
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
import type { RequestHandler } from 'express'
import { z } from 'zod'

import { parseRequest, pathParameter } from '../parse-request.ts'
import { asHost, asHostWithQuery, inOwnWorkspace } from './host-call.ts'

/** What the routes about SCIM connections are built on. */
export interface ScimConnectionDependencies {
  db: Database
  publicUrl: string
  allowPrivateNetwork: readonly string[]
}

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

/** What `POST …/scim-connections` and `plantel scim-connection create` accept. */
export const scimConnectionDraft: z.ZodType<NewScimConnection> = z.strictObject({
  name: settings.name,
  idp: z.enum(['okta', 'entra', 'google', 'onelogin', 'jumpcloud', 'generic']),
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

/** `GET …/scim-connections`: drafts and paused ones too. */
export function listScimConnectionsRoute(deps: ScimConnectionDependencies): RequestHandler {
  return asHost(deps.db, async (caller, request, response) => {
    const found = await inOwnWorkspace(deps.db, caller, request, (trx) => listScimConnections(trx))
    response.json({ connections: found.map((each) => withAddresses(deps, each)) })
  })
}

/** `GET …/scim-connections/{id}`. */
export function readScimConnectionRoute(deps: ScimConnectionDependencies): RequestHandler {
  return asHost(deps.db, async (caller, request, response) => {
    const id = pathParameter(request, 'connection')
    const found = await inOwnWorkspace(deps.db, caller, request, (trx) =>
      readScimConnection(trx, id),
    )
    response.json(withAddresses(deps, found))
  })
}

/** `POST …/scim-connections`: answers what the IT admin types into their directory; the token is shown once. */
export function createScimConnectionRoute(deps: ScimConnectionDependencies): RequestHandler {
  return asHost(deps.db, async (caller, request, response) => {
    const draft = parseRequest(scimConnectionDraft, request.body)
    const created = await inOwnWorkspace(deps.db, caller, request, async (trx) => {
      const { id } = await createScimConnection(trx, draft)
      const { plainToken, expiresAt } = await createScimToken(trx, id)
      return { id, token: plainToken, tokenExpiresAt: expiresAt.toISOString() }
    })
    response.status(201).json({ ...created, baseUrl: scimBaseUrl(deps.publicUrl, created.id) })
  })
}

/** `PATCH …/scim-connections/{id}`: another default role counts at once for everybody of the directory. */
export function updateScimConnectionRoute(deps: ScimConnectionDependencies): RequestHandler {
  return asHost(deps.db, async (caller, request, response) => {
    const patch = parseRequest(scimConnectionPatch, request.body)
    const id = pathParameter(request, 'connection')
    const changed = await inOwnWorkspace(deps.db, caller, request, async (trx) => {
      await updateScimConnection(trx, id, patch)
      return readScimConnection(trx, id)
    })
    response.json(withAddresses(deps, changed))
  })
}

/**
 * `POST …/scim-connections/{id}/pause`: the directory is answered 403 until the connection is resumed; people keep their
 * access, groups and tokens stay. Repeating it changes nothing.
 */
export function pauseScimConnectionRoute(deps: ScimConnectionDependencies): RequestHandler {
  return stateRoute(deps, pauseScimConnection)
}

/** `POST …/scim-connections/{id}/resume`: also starts a draft; 409 while another connection is active. */
export function resumeScimConnectionRoute(deps: ScimConnectionDependencies): RequestHandler {
  return stateRoute(deps, activateScimConnection)
}

function stateRoute(
  deps: ScimConnectionDependencies,
  change: typeof pauseScimConnection,
): RequestHandler {
  return asHost(deps.db, async (caller, request, response) => {
    const id = pathParameter(request, 'connection')
    const changed = await inOwnWorkspace(deps.db, caller, request, async (trx) => {
      await change(trx, id)
      return readScimConnection(trx, id)
    })
    response.json(withAddresses(deps, changed))
  })
}

/**
 * `DELETE …/scim-connections/{id}`: for good, with its tokens, secrets, request log, mapping rules, directory users and
 * groups. Its people stay members in the state they are in: active ones active, suspended ones suspended, removed ones
 * removed. They lose what the directory's rules and default role gave them, so that whoever has no role from a person is
 * listed as without access; they keep what people gave them. To keep everything as it is, pause instead. Answers how
 * many members were let go.
 */
export function deleteScimConnectionRoute({ db }: ScimConnectionDependencies): RequestHandler {
  return asHost(db, async (caller, request, response) => {
    const id = pathParameter(request, 'connection')
    const { members } = await inOwnWorkspace(db, caller, request, (trx) =>
      deleteScimConnection(trx, id),
    )
    response.json({ id, members })
  })
}

const logQuery = z.strictObject({
  only: z.enum(['warnings', 'errors']).optional(),
  cursor: z.string().min(1).max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** `GET …/scim-connections/{id}/requests`: the last thirty days, the newest first. */
export function listScimRequestsRoute({ db }: ScimConnectionDependencies): RequestHandler {
  return asHostWithQuery(db, logQuery, async (caller, request, response, query) => {
    const id = pathParameter(request, 'connection')
    response.json(
      await inOwnWorkspace(db, caller, request, (trx) => listScimRequests(trx, id, query)),
    )
  })
}

function withAddresses(
  { publicUrl }: ScimConnectionDependencies,
  connection: ScimConnectionView,
): ScimConnectionView & { baseUrl: string; tokenEndpoint: string; clientId: string } {
  const baseUrl = scimBaseUrl(publicUrl, connection.id)
  const tokenEndpoint = `${baseUrl}/oauth2/token`
  return { ...connection, baseUrl, tokenEndpoint, clientId: connection.id }
}
