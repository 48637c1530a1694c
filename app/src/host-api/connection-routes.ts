import { type Database, isId, type Sealer } from '@plantel/db'
import {
  createSsoConnection,
  idTokenAlgorithms,
  ssoRedirectUri,
  updateSsoConnection,
} from '@plantel/idp-bridge'
import { TeamError } from '@plantel/team'
import type { RequestHandler } from 'express'
import { z } from 'zod'

import { parseRequest, pathParameter } from '../parse-request.ts'
import { serverAddress } from './addresses.ts'
import { asHost, inOwnWorkspace } from './host-call.ts'

const name = z.string().trim().min(1).max(200)

/** What the connection routes are built on. */
export interface ConnectionDependencies {
  db: Database
  sealer: Sealer
  publicUrl: string
  allowPrivateNetwork: readonly string[]
}

const clientSecret = z.string().min(1).max(2_000)

/** `POST …/sso-connections`: answers the redirect URI to register at the identity provider. */
export function createSsoConnectionRoute(deps: ConnectionDependencies): RequestHandler {
  const ssoConnectionDraft = z.strictObject({
    kind: z.literal('oidc'),
    name,
    issuer: serverAddress(deps.allowPrivateNetwork),
    clientId: z.string().min(1).max(500),
    clientSecret,
    idTokenAlgorithm: z.enum(idTokenAlgorithms).optional(),
    binding: z
      .strictObject({
        claim: z.string().min(1).max(100),
        attribute: z.enum(['externalId', 'userName', 'id']),
      })
      .optional(),
  })
  return asHost(deps.db, async (caller, request, response) => {
    const draft = parseRequest(ssoConnectionDraft, request.body)
    const { id } = await inOwnWorkspace(deps.db, caller, request, (trx) =>
      createSsoConnection(trx, deps.sealer, draft),
    )
    response.status(201).json({ id, redirectUri: ssoRedirectUri(deps.publicUrl, id) })
  })
}

/** `PATCH …/sso-connections/{id}`: a moved issuer or a rotated client secret. */
export function updateSsoConnectionRoute(deps: ConnectionDependencies): RequestHandler {
  const ssoConnectionPatch = z
    .strictObject({
      issuer: serverAddress(deps.allowPrivateNetwork).optional(),
      clientSecret: clientSecret.optional(),
    })
    .refine(
      (patch) => patch.issuer !== undefined || patch.clientSecret !== undefined,
      'must change issuer or clientSecret',
    )
  return asHost(deps.db, async (caller, request, response) => {
    const patch = parseRequest(ssoConnectionPatch, request.body)
    const id = pathParameter(request, 'connection')
    const isKnown = await inOwnWorkspace(
      deps.db,
      caller,
      request,
      async (trx) => isId(id) && updateSsoConnection(trx, deps.sealer, id, patch),
    )
    if (!isKnown) throw new TeamError('connection-not-found')
    response.json({ id, redirectUri: ssoRedirectUri(deps.publicUrl, id) })
  })
}
