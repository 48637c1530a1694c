/** The token endpoint. RFC 6749 §3.2, §4.4; RFC 7523 §2.2. */
import {
  createId,
  type Database,
  inWorkspace,
  isId,
  type LeasedLimiter,
  readInWorkspace,
  violatedConstraint,
} from '@plantel/db'
import express, { type Request, type RequestHandler, type Response } from 'express'

import { type AccessTokenOrigin, issueAccessToken } from '../connections/access-tokens.ts'
import { verifyAssertion } from '../connections/client-assertion.ts'
import { findClientSecret } from '../connections/client-secrets.ts'
import { listClientTrusts } from '../connections/client-trusts.ts'
import { type JwksCache, JwksUnavailableError } from '../connections/jwks-cache.ts'
import { plainAddress } from '../connections/network-list.ts'
import { scimBaseUrl } from '../connections/scim-base-url.ts'
import {
  authenticator,
  findScimConnection,
  type ScimConnection,
} from '../connections/scim-connection-queries.ts'
import { retryAfterSeconds, toScimError } from './error-response.ts'
import type { ScimLogEntry } from './exchange.ts'
import { OAuthError } from './oauth-error.ts'
import { type ClientProof, parseTokenRequest } from './oauth-token-request.ts'
import type { FailureLimit } from './rate-limit-failures.ts'

/** What the token endpoint stands on. */
export interface TokenEndpointContext {
  readonly db: Database
  readonly publicUrl: string
  readonly keys: JwksCache
  readonly failures: FailureLimit
  readonly limiter: LeasedLimiter
  readonly log: (entry: ScimLogEntry) => void
}

const readForm = express.text({
  type: 'application/x-www-form-urlencoded',
  limit: 65_536,
  defaultCharset: 'utf-8',
})

/** Answers `POST /{connection id}/oauth2/token`; the connection's id is the client's id. */
export function createTokenEndpoint(context: TokenEndpointContext): RequestHandler {
  return async (request, response) => {
    const startedAt = performance.now()
    const connectionId = String(request.params['connectionId'])
    const given = response.getHeader('x-request-id')
    const requestId = typeof given === 'string' && isId(given) ? given : createId()
    response.setHeader('x-request-id', requestId)
    // MUST: nothing on the way may keep a token. RFC 6749 §5.1
    response.setHeader('Cache-Control', 'no-store')
    response.setHeader('Pragma', 'no-cache')
    let failure: unknown
    try {
      await answerTokenRequest(context, connectionId, request, response)
    } catch (error) {
      failure = error
      refuse(request, response, toOAuthError(error))
    }
    context.log({
      requestId,
      connectionId,
      method: request.method,
      path: '/oauth2/token',
      status: response.statusCode,
      scimType: null,
      durationMs: performance.now() - startedAt,
      ...(response.statusCode >= 500 ? { error: failure } : {}),
    })
  }
}

async function answerTokenRequest(
  context: TokenEndpointContext,
  connectionId: string,
  request: Request,
  response: Response,
): Promise<void> {
  if (request.method !== 'POST') {
    response.status(request.method === 'OPTIONS' ? 204 : 405).setHeader('Allow', 'POST, OPTIONS')
    response.end()
    return
  }
  const { db, failures, limiter } = context
  const address = plainAddress(request.ip)
  const blocked = failures.retryAfterSeconds(address, connectionId)
  if (blocked !== undefined) throw tooMany(blocked, 'Too many failed authentications.')
  const proof = parseTokenRequest(await readBody(request, response), request.headers.authorization)
  const connection = await findScimConnection(db, connectionId)
  const issued = await authenticateClient(context, connection, proof)
  if (connection === undefined || issued === undefined) {
    failures.record(address, connectionId)
    throw new OAuthError('invalid_client', 'The client is unknown or could not be authenticated.')
  }
  if (connection.state !== 'active') {
    throw new OAuthError('unauthorized_client', 'This SCIM connection is not active.')
  }
  const admission = await limiter.admit(connection.id)
  if (!admission.admitted) throw tooMany(admission.retryAfterSeconds, 'Too many requests.')
  const { plainToken, expiresInSeconds } = await inWorkspace(
    db,
    connection.workspaceId,
    authenticator,
    (trx) => issueAccessToken(trx, connection.id, issued),
  )
  writeJson(response, 200, {
    access_token: plainToken,
    token_type: 'Bearer',
    expires_in: expiresInSeconds,
    scope: 'scim',
  })
}

async function readBody(request: Request, response: Response): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    readForm(request, response, (error?: unknown) =>
      error === undefined
        ? resolve()
        : reject(new OAuthError('invalid_request', 'The body can not be read.', { cause: error })),
    )
  })
  const body: unknown = request.body
  if (typeof body === 'string') return body
  throw new OAuthError('invalid_request', 'The body must be application/x-www-form-urlencoded.')
}

async function authenticateClient(
  { db, publicUrl, keys }: TokenEndpointContext,
  connection: ScimConnection | undefined,
  proof: ClientProof,
): Promise<AccessTokenOrigin | undefined> {
  if (connection === undefined) return undefined
  const { id, workspaceId, profile } = connection
  if (proof.clientId !== undefined && proof.clientId !== id) return undefined
  if (proof.kind === 'secret') {
    // MUST: draft-zollner-scim-interop-profile and IPSIE take signed assertions only
    if (profile === 'interop') return undefined
    const secret = await readInWorkspace(db, workspaceId, authenticator, (trx) =>
      findClientSecret(trx, id, proof.secret),
    )
    return secret === undefined ? undefined : { kind: 'secret', ...secret }
  }
  const trusts = await readInWorkspace(db, workspaceId, authenticator, (trx) =>
    listClientTrusts(trx, id),
  )
  const issuer = scimBaseUrl(publicUrl, id)
  const trust = await verifyAssertion(
    proof.assertion,
    trusts,
    [`${issuer}/oauth2/token`, issuer],
    keys,
  )
  return trust === undefined ? undefined : { kind: 'trust', id: trust.id }
}

function tooMany(seconds: number, description: string): OAuthError {
  return new OAuthError('temporarily_unavailable', description, { retryAfterSeconds: seconds })
}

function toOAuthError(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error
  const cause = { cause: error }
  if (error instanceof JwksUnavailableError) {
    return new OAuthError('temporarily_unavailable', 'The keys can not be read now.', cause)
  }
  // Deleted between the check and the answer.
  if (/^scim_tokens_(secret|trust)_exists$/.test(violatedConstraint(error) ?? '')) {
    return new OAuthError('invalid_client', 'The credential was deleted.', cause)
  }
  return toScimError(error).status === 503
    ? new OAuthError('temporarily_unavailable', 'The service is busy: try again.', cause)
    : new OAuthError('server_error', 'The request failed for an internal reason.', cause)
}

function refuse(request: Request, response: Response, refusal: OAuthError): void {
  // MUST: a client that came with an Authorization header is told the scheme. RFC 6749 §5.2
  if (refusal.status === 401 && request.headers.authorization !== undefined) {
    response.setHeader('WWW-Authenticate', 'Basic realm="SCIM"')
  }
  if (refusal.status === 503 || refusal.status === 429) {
    response.setHeader('Retry-After', String(refusal.retryAfterSeconds ?? retryAfterSeconds))
  }
  writeJson(response, refusal.status, refusal.toBody())
}

function writeJson(response: Response, status: number, body: object): void {
  response.status(status).setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify(body))
}
