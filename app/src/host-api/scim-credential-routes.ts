import type { WorkspaceTransaction } from '@plantel/db'
import {
  createClientSecret,
  createClientTrust,
  createScimToken,
  deleteClientSecret,
  deleteClientTrust,
  listClientSecrets,
  listClientTrusts,
  listScimTokens,
  type NewClientTrust,
  type NewScimToken,
  revokeAccessTokens,
  revokeScimToken,
} from '@plantel/scim-server'
import type { RequestHandler } from 'express'
import { z } from 'zod'

import { parseRequest, pathParameter } from '../parse-request.ts'
import { serverAddress } from './addresses.ts'
import { asHost, inOwnWorkspace } from './host-call.ts'
import type { ScimConnectionDependencies } from './scim-connection-routes.ts'

/** What `POST …/tokens` and `plantel scim-connection token create` accept. */
export const scimTokenDraft: z.ZodType<NewScimToken> = z.strictObject({
  expiresAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
  scope: z.enum(['full', 'read']).default('full'),
  allowedNetworks: z.array(z.string().max(60)).max(100).default([]),
})

/** What `POST …/client-secrets` and `plantel scim-connection secret create` accept. */
export const clientSecretDraft: z.ZodType<{ validYears: 1 | 2 | 3 }> = z.strictObject({
  validYears: z.union([z.literal(1), z.literal(2), z.literal(3)]).default(1),
})

/** `GET …/tokens`: when and from where each was used last, never the token itself. */
export function listScimTokensRoute(deps: ScimConnectionDependencies): RequestHandler {
  return listRoute(deps, 'tokens', listScimTokens)
}

/** `POST …/tokens`: at most two are active; the token is shown once. */
export function createScimTokenRoute({ db }: ScimConnectionDependencies): RequestHandler {
  return asHost(db, async (caller, request, response) => {
    const draft = parseRequest(scimTokenDraft, request.body ?? {})
    const id = pathParameter(request, 'connection')
    const created = await inOwnWorkspace(db, caller, request, (trx) =>
      createScimToken(trx, id, draft),
    )
    const { plainToken, ...shown } = created
    response.status(201).json({ ...shown, token: plainToken })
  })
}

/** `DELETE …/tokens/{id}`: refused everywhere within a second. */
export function revokeScimTokenRoute(deps: ScimConnectionDependencies): RequestHandler {
  return endRoute(deps, revokeScimToken)
}

/** `GET …/client-secrets`, without the secrets. */
export function listClientSecretsRoute(deps: ScimConnectionDependencies): RequestHandler {
  return listRoute(deps, 'clientSecrets', listClientSecrets)
}

/** `POST …/client-secrets`: at most three are active; the secret is shown once. */
export function createClientSecretRoute({ db }: ScimConnectionDependencies): RequestHandler {
  return asHost(db, async (caller, request, response) => {
    const { validYears } = parseRequest(clientSecretDraft, request.body ?? {})
    const connectionId = pathParameter(request, 'connection')
    const created = await inOwnWorkspace(db, caller, request, (trx) =>
      createClientSecret(trx, connectionId, validYears),
    )
    const { plainSecret, ...shown } = created
    response.status(201).json({ ...shown, clientId: connectionId, clientSecret: plainSecret })
  })
}

/** `DELETE …/client-secrets/{id}`: access tokens issued for it end within a second. */
export function deleteClientSecretRoute(deps: ScimConnectionDependencies): RequestHandler {
  return endRoute(deps, deleteClientSecret)
}

/** `GET …/client-trusts`. */
export function listClientTrustsRoute(deps: ScimConnectionDependencies): RequestHandler {
  return listRoute(deps, 'clientTrusts', listClientTrusts)
}

/** `POST …/client-trusts`: a client that signs for itself, or an Entra workload identity. */
export function createClientTrustRoute(deps: ScimConnectionDependencies): RequestHandler {
  const clientTrust = createClientTrustShape(deps.allowPrivateNetwork)
  return asHost(deps.db, async (caller, request, response) => {
    const trust = parseRequest(clientTrust, request.body)
    const id = pathParameter(request, 'connection')
    const created = await inOwnWorkspace(deps.db, caller, request, (trx) =>
      createClientTrust(trx, id, trust),
    )
    response.status(201).json(created)
  })
}

/** `DELETE …/client-trusts/{id}`: access tokens issued for it end within a second. */
export function deleteClientTrustRoute(deps: ScimConnectionDependencies): RequestHandler {
  return endRoute(deps, deleteClientTrust)
}

/** `DELETE …/access-tokens`: ends all that the token endpoint issued, within a second; secrets and trusts stay. */
export function revokeAccessTokensRoute({ db }: ScimConnectionDependencies): RequestHandler {
  return asHost(db, async (caller, request, response) => {
    const id = pathParameter(request, 'connection')
    response.json(await inOwnWorkspace(db, caller, request, (trx) => revokeAccessTokens(trx, id)))
  })
}

function createClientTrustShape(allowPrivateNetwork: readonly string[]): z.ZodType<NewClientTrust> {
  const text = z.string().min(1).max(1_000)
  const jwksUrl = serverAddress(allowPrivateNetwork)
  const jwks = z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(20) })
  return z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('private_key_jwt'),
      keys: z.union([z.strictObject({ jwks }), z.strictObject({ jwksUrl })]),
    }),
    z.strictObject({
      kind: z.literal('workload_identity'),
      issuer: text,
      subject: text,
      audience: text,
      jwksUrl,
      directoryTenant: text.optional(),
    }),
  ])
}

function listRoute(
  { db }: ScimConnectionDependencies,
  key: string,
  list: (trx: WorkspaceTransaction, connectionId: string) => Promise<unknown[]>,
): RequestHandler {
  return asHost(db, async (caller, request, response) => {
    const id = pathParameter(request, 'connection')
    response.json({
      [key]: await inOwnWorkspace(db, caller, request, (trx) => list(trx, id)),
    })
  })
}

function endRoute(
  { db }: ScimConnectionDependencies,
  end: (trx: WorkspaceTransaction, connectionId: string, id: string) => Promise<void>,
): RequestHandler {
  return asHost(db, async (caller, request, response) => {
    const [connectionId, id] = [
      pathParameter(request, 'connection'),
      pathParameter(request, 'credential'),
    ]
    await inOwnWorkspace(db, caller, request, (trx) => end(trx, connectionId, id))
    response.status(204).end()
  })
}
