import { type Database, inInstallation, isId, type Sealer } from '@plantel/db'
import {
  createHostClient,
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  type HostClientDraft,
  listHostWebhookEndpoints,
  setAllowedOrigins,
  TeamError,
  updateHostClient,
} from '@plantel/team'
import type { RequestHandler } from 'express'
import { z } from 'zod'

import { parseRequest, pathParameter } from '../parse-request.ts'
import { origin, redirectUri, serverAddress } from './addresses.ts'
import { asHost } from './host-call.ts'

/** What the routes about the host itself are built on. */
export interface HostDependencies {
  db: Database
  sealer: Sealer
  publicUrl: string
  allowPrivateNetwork: readonly string[]
}

/** What `POST /clients`, `PUT /clients/{id}` and `plantel host client` accept. */
export function hostClientShape(
  allowPrivateNetwork: readonly string[],
): z.ZodType<HostClientDraft> {
  const address = redirectUri(allowPrivateNetwork)
  return z.strictObject({
    name: z.string().trim().min(1).max(200),
    redirectUris: z.array(address).min(1).max(50),
    postLogoutRedirectUris: z.array(address).max(50).default([]),
    backchannelLogoutUri: serverAddress(allowPrivateNetwork).nullable().default(null),
  })
}

/** `POST /clients`: registers the host as relying party; the secret is shown once. */
export function createClientRoute(deps: HostDependencies): RequestHandler {
  const { db, sealer, publicUrl } = deps
  const hostClientDraft = hostClientShape(deps.allowPrivateNetwork)
  return asHost(db, async ({ hostId }, request, response) => {
    const draft = parseRequest(hostClientDraft, request.body)
    const created = await inInstallation(db, (query) =>
      createHostClient(query, sealer, hostId, draft),
    )
    response.status(201).json({ ...created, issuer: `${publicUrl}/oidc` })
  })
}

/** `PUT /clients/{id}`: replaces name and addresses; the secret stays. */
export function updateClientRoute(deps: HostDependencies): RequestHandler {
  const { db, publicUrl } = deps
  const hostClientDraft = hostClientShape(deps.allowPrivateNetwork)
  return asHost(db, async ({ hostId }, request, response) => {
    const clientId = pathParameter(request, 'client')
    const draft = parseRequest(hostClientDraft, request.body)
    await inInstallation(db, (query) => updateHostClient(query, hostId, clientId, draft))
    response.json({ clientId, ...draft, issuer: `${publicUrl}/oidc` })
  })
}

const originList = z.strictObject({ origins: z.array(origin).max(100) })

/** `PUT /allowed-origins`: the pages that may call the Team API. */
export function setAllowedOriginsRoute({ db }: HostDependencies): RequestHandler {
  return asHost(db, async ({ hostId }, request, response) => {
    const { origins } = parseRequest(originList, request.body)
    await inInstallation(db, (query) => setAllowedOrigins(query, hostId, origins))
    response.json({ origins })
  })
}

/** `POST /webhook-endpoints`: the same URL again keeps the endpoint and gives it a new secret. */
export function createWebhookEndpointRoute(deps: HostDependencies): RequestHandler {
  const endpoint = z.strictObject({ url: serverAddress(deps.allowPrivateNetwork) })
  return asHost(deps.db, async ({ hostId }, request, response) => {
    const draft = parseRequest(endpoint, request.body)
    const created = await inInstallation(deps.db, (query) =>
      createWebhookEndpoint(query, deps.sealer, hostId, draft),
    )
    response.status(201).json(created)
  })
}

/** `GET /webhook-endpoints`: where the host is told, without the secrets. */
export function listWebhookEndpointsRoute({ db }: HostDependencies): RequestHandler {
  return asHost(db, async ({ hostId }, _request, response) => {
    response.json({ endpoints: await listHostWebhookEndpoints(db, hostId) })
  })
}

/** `DELETE /webhook-endpoints/{id}`: from now on nothing is sent there. */
export function deleteWebhookEndpointRoute({ db }: HostDependencies): RequestHandler {
  return asHost(db, async ({ hostId }, request, response) => {
    const id = pathParameter(request, 'endpoint')
    if (!isId(id)) throw new TeamError('webhook-endpoint-not-found', id)
    await inInstallation(db, (query) => deleteWebhookEndpoint(query, hostId, id))
    response.status(204).end()
  })
}
