import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'

import { readIfMatch, requireIfMatch, setVersion } from '../if-match.ts'
import { emptyQuery, parseRequest } from '../parse-request.ts'
import { ProblemError } from '../problem.ts'
import type { Route } from '../route-table.ts'
import type { Api, Identity } from './api.ts'
import { type Idempotency, readIdempotencyKey, takesIdempotencyKey } from './idempotency.ts'
import type { Call, Operation, Outcome } from './operation.ts'
import { namesInPath, parsePathParameter, type PathParameterName } from './path-parameters.ts'
import { readJson, readText } from './read-body.ts'
import type { RequestLimit } from './request-limit.ts'

/** What every request passes. */
export interface RequestServices {
  limit: RequestLimit
  idempotency: Idempotency
}

/** Makes the routes of an API from what it can do. */
export function serveOperations<Caller>(api: Api<Caller>, services: RequestServices): Route[] {
  return api.operations.map((operation) => [
    operation.method,
    operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    serve(api, operation, services),
  ])
}

function serve<Caller>(
  api: Api<Caller>,
  operation: Operation<Caller>,
  { limit, idempotency }: RequestServices,
): RequestHandler {
  return async (request, response) => {
    const identity = await api.identify(request)
    await limit.admit(identity.bucketId, response)
    requireScope(operation, identity)
    const key = takesIdempotencyKey(operation) ? readIdempotencyKey(request) : undefined
    const call = await readCall(api, operation, request, response)
    if (key === undefined) {
      const caller = identity.open(() => Promise.resolve())
      await send(response, operation, await operation.handle(caller, call))
      return
    }
    const content = `${request.method} ${request.originalUrl} ${JSON.stringify(call.body)}`
    const { outcome, repeated } = await idempotency.once(identity, { key, content }, (beforeWork) =>
      operation.handle(identity.open(beforeWork), call),
    )
    if (repeated) response.set('idempotent-replayed', 'true')
    await send(response, operation, outcome)
  }
}

function requireScope<Caller>({ scope }: Operation<Caller>, { scopes }: Identity<Caller>): void {
  if (scopes === undefined || scopes.includes(scope)) return
  throw new ProblemError(
    'forbidden',
    `This key lacks the scope "${scope}": use a key that has it, or make one.`,
    { reason: 'scope-missing' },
  )
}

const nothing = z.strictObject({}).optional()

async function readCall<Caller>(
  { ifMatch }: Pick<Api<Caller>, 'ifMatch'>,
  { path, body, query = emptyQuery, versioned = false }: Operation<Caller>,
  request: Request,
  response: Response,
): Promise<Call<PathParameterName, unknown, unknown>> {
  const params = readParams(path, request)
  const readVersion = ifMatch === 'required' ? requireIfMatch : readIfMatch
  const version = versioned ? readVersion(request) : undefined
  const parsedQuery = parseRequest(query, request.query)
  if (body !== undefined && 'mediaType' in body) {
    return { params, query: parsedQuery, version, body: await readText(request, response, body) }
  }
  const json = await readJson(request, response)
  return { params, query: parsedQuery, version, body: parseRequest(body ?? nothing, json) }
}

function readParams(path: string, request: Request): Readonly<Record<PathParameterName, string>> {
  const entries = namesInPath(path).map((name) => {
    const value = request.params[name]
    return [name, parsePathParameter(name, typeof value === 'string' ? value : '')]
  })
  return Object.fromEntries(entries) as Record<PathParameterName, string>
}

async function send<Caller>(
  response: Response,
  { answers }: Operation<Caller>,
  { status, body, version, location, stream }: Outcome,
): Promise<void> {
  response.status(status)
  if (version !== undefined) setVersion(response, version)
  if (location !== undefined) response.location(location)
  if (stream !== undefined) {
    response.type(answers[status]?.stream ?? 'application/octet-stream')
    await stream(response)
  } else if (body === undefined) {
    response.end()
  } else {
    response.json(body)
  }
}
