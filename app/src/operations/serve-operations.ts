import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'

import { readIfMatch, requireIfMatch, setVersion } from '../if-match.ts'
import { emptyQuery, parseRequest } from '../parse-request.ts'
import { ProblemError } from '../problem.ts'
import type { Route } from '../route-table.ts'
import type { ApiEdge, Identity } from './api-edge.ts'
import type { Call, Operation, Outcome } from './operation.ts'
import { namesInPath, parsePathParameter, type PathParameterName } from './path-parameters.ts'
import { readJson, readText } from './read-body.ts'

/** Makes the routes of an API from what it can do. */
export function serveOperations<Caller>(
  operations: readonly Operation<Caller>[],
  edge: ApiEdge<Caller>,
): Route[] {
  return operations.map((operation) => [
    operation.method,
    operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    serve(operation, edge),
  ])
}

function serve<Caller>(operation: Operation<Caller>, edge: ApiEdge<Caller>): RequestHandler {
  return async (request, response) => {
    const identity = await edge.identify(request)
    requireScope(operation, identity)
    const call = await readCall(operation, edge, request, response)
    await send(response, operation, await operation.handle(identity.caller, call))
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
  operation: Operation<Caller>,
  edge: ApiEdge<Caller>,
  request: Request,
  response: Response,
): Promise<Call<PathParameterName, unknown, unknown>> {
  const { body, query = emptyQuery, versioned = false } = operation
  const params = readParams(operation.path, request)
  const version = versioned
    ? (edge.ifMatch === 'required' ? requireIfMatch : readIfMatch)(request)
    : undefined
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
