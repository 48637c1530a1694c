import {
  createId,
  type Database,
  isId,
  type LeasedLimiter,
  type ShareTransaction,
} from '@plantel/db'
import type { Request, RequestHandler, Response } from 'express'

import type { Authenticate } from '../connections/authenticate.ts'
import type { ReadLog } from '../connections/read-log.ts'
import { loggedQuery } from '../connections/request-log-query.ts'
import {
  recordRefusedScimRequest,
  recordScimRequest,
  type ScimRequestEntry,
} from '../connections/request-log.ts'
import { scimBaseUrl } from '../connections/scim-base-url.ts'
import { findScimConnection, type ScimConnection } from '../connections/scim-connection-queries.ts'
import { ScimError } from '../protocol/scim-error.ts'
import type { IndexPositions } from '../resources/index-positions.ts'
import type { PageCursors } from '../resources/page-cursor.ts'
import type { RequestWarning } from '../resources/resource-call.ts'
import type { ServedType } from '../resources/served-type.ts'
import { retryAfterSeconds, toScimError } from './error-response.ts'
import { assertAcceptable } from './media-type.ts'
import { presentedCredential } from './presented-credential.ts'
import type { Admit } from './rate-limit-admission.ts'
import { readBody } from './read-body.ts'
import type { Method, Route, RouteAnswer } from './route.ts'
import { writeAnswer } from './write-answer.ts'

/** One line for the operator; holds neither tokens nor personal data, unless `error` quotes some. */
export interface ScimLogEntry {
  readonly requestId: string
  readonly connectionId: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly scimType: string | null
  readonly durationMs: number
  /** What was thrown; present when it was our fault or the answer broke off. */
  readonly error?: unknown
}

/** What every exchange needs. */
export interface ExchangeContext {
  readonly db: Database
  readonly share: ShareTransaction
  readonly publicUrl: string
  readonly authenticate: Authenticate
  readonly admit: Admit
  readonly charge: LeasedLimiter['charge']
  readonly cursors: PageCursors
  readonly positions: IndexPositions
  readonly types: readonly ServedType[]
  readonly reads: ReadLog | undefined
  readonly log: (entry: ScimLogEntry) => void
}

/** Answers all methods of one path: authenticates, runs the route, translates errors, logs. */
export function createExchange(
  context: ExchangeContext,
  path: string,
  routes: Partial<Record<Method, Route>>,
): RequestHandler {
  return async (request, response) => {
    const exchange = beginExchange(context, path, request, response)
    try {
      const answer = await answerRequest(context, routes, request, response, exchange)
      await writeAnswer(response, answer)
      exchange.log(answer.status, null)
      if (!exchange.isRecorded) exchange.noteRead(answer.status)
    } catch (error) {
      await refuse(context, response, exchange, error)
    }
  }
}

/** What is known of a request while it is answered. */
interface Exchange {
  readonly id: string
  readonly connectionId: string
  readonly resourceId: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** Set once a token has proven whose request it is. */
  connection: ScimConnection | undefined
  /** Whether the transaction of what it changed has written it down. */
  isRecorded: boolean
  noteRead(status: number): void
  entry(
    status: number,
    scimType: string | null,
    warnings: readonly RequestWarning[],
  ): ScimRequestEntry
  log(status: number, scimType: string | null, error?: unknown): void
}

function beginExchange(
  context: ExchangeContext,
  path: string,
  request: Request,
  response: Response,
): Exchange {
  const startedAt = performance.now()
  // Whoever mounts this may have named the request; one name for one request.
  const given = response.getHeader('x-request-id')
  const id = typeof given === 'string' && isId(given) ? given : createId()
  const connectionId = parameterOf(request, 'connectionId')
  const { method } = request
  response.setHeader('x-request-id', id)
  response.setHeader('Cache-Control', 'private, no-cache')
  const resourceId = parameterOf(request, 'id')
  // What isn't an id may be a name or an address, which the log must not keep.
  const shown = isId(resourceId) ? resourceId : ':id'
  const parameters = readParameters(request.url)
  const shownPath = (): string => path.replace(':id', shown) + loggedQuery(parameters)
  const entry: Exchange['entry'] = (status, scimType, warnings) => ({
    id,
    method,
    path: shownPath(),
    status,
    scimType,
    warnings,
    durationMs: performance.now() - startedAt,
  })
  return {
    id,
    connectionId,
    resourceId,
    parameters,
    connection: undefined,
    isRecorded: false,
    noteRead(status) {
      const { connection } = this
      if (connection === undefined) return
      context.reads?.note({
        workspaceId: connection.workspaceId,
        connectionId,
        requestId: id,
        method,
        path,
        resourceId: isId(resourceId) ? resourceId : undefined,
        parameters,
        status,
        durationMs: performance.now() - startedAt,
      })
    },
    entry,
    log(status, scimType, error) {
      context.log({
        requestId: id,
        connectionId,
        method,
        // Only for who reads it: a filter is parsed once more to be shown without its values.
        get path() {
          return shownPath()
        },
        status,
        scimType,
        durationMs: performance.now() - startedAt,
        ...(error === undefined ? {} : { error }),
      })
    },
  }
}

async function answerRequest(
  { db, share, publicUrl, authenticate, admit, charge, cursors, positions, types }: ExchangeContext,
  routes: Partial<Record<Method, Route>>,
  request: Request,
  response: Response,
  exchange: Exchange,
): Promise<RouteAnswer> {
  const allow = allowedMethods(routes)
  if (request.method === 'OPTIONS') return { status: 204, headers: { Allow: allow } }
  const route = findRoute(routes, request.method)
  if (route === undefined) {
    response.setHeader('Allow', allow)
    throw ScimError.status(405, `The path allows ${allow}.`)
  }
  const isAuthenticated =
    route.access === 'token' ||
    (route.access === 'either' && request.headers.authorization !== undefined)
  const connection = isAuthenticated
    ? await admit(exchange.connectionId, request, response)
    : await findScimConnection(db, exchange.connectionId)
  if (connection === undefined) throw ScimError.status(404, 'There is no such SCIM connection.')
  if (isAuthenticated) exchange.connection = connection
  assertAcceptable(request)
  const presented = presentedCredential(request)
  const confirm = async (): Promise<void> => {
    if (isAuthenticated) await authenticate(connection.id, presented)
  }
  return route.answer({
    id: exchange.id,
    db,
    share,
    cursors,
    positions,
    types,
    connection,
    isAuthenticated,
    baseUrl: scimBaseUrl(publicUrl, connection.id),
    resourceId: exchange.resourceId,
    parameters: exchange.parameters,
    header: (name) => request.get(name),
    async readBody(longLists) {
      const body = await readBody(request, response, longLists)
      // A body may take its time, and an access token end meanwhile.
      await confirm()
      return body
    },
    confirm,
    charge: (requests) => charge(connection.id, requests),
    reportFault: (error) => exchange.log(500, null, error),
    record(trx, status, warnings, details) {
      exchange.isRecorded = true
      return recordScimRequest(trx, connection.id, {
        ...exchange.entry(status, null, warnings),
        ...(details === undefined ? {} : { details }),
      })
    },
  })
}

async function refuse(
  { db }: ExchangeContext,
  response: Response,
  exchange: Exchange,
  error: unknown,
): Promise<void> {
  const refusal = toScimError(error)
  const scimType = refusal.scimType ?? null
  const fault = refusal.status >= 500 ? error : undefined
  if (response.headersSent) {
    // Half a body can't be taken back: the client must notice that it is not whole.
    response.destroy()
    exchange.log(response.statusCode, null, isHangUp(error) ? undefined : error)
    return
  }
  const { connection, id } = exchange
  // While the database is away the client need not wait for the log as well.
  if (connection !== undefined && refusal.status !== 503) {
    const actor = { kind: 'directory', id: connection.id, requestId: id } as const
    const entry = exchange.entry(refusal.status, scimType, [])
    await recordRefusedScimRequest(db, connection, actor, entry).catch((cause: unknown) =>
      exchange.log(refusal.status, scimType, cause),
    )
  }
  await writeAnswer(response, {
    status: refusal.status,
    headers: headersOf(refusal, response.req.headers.authorization),
    json: JSON.stringify(refusal.toBody()),
  })
  exchange.log(refusal.status, scimType, fault)
}

/** A client that no longer listens is nobody's fault. */
function isHangUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE'
}

function headersOf(
  { status }: ScimError,
  authorization: string | undefined,
): Readonly<Record<string, string>> {
  if (status === 401) {
    // Whoever presented nothing is only told what to present. RFC 6750 §3.1.
    const error = authorization === undefined ? '' : ', error="invalid_token"'
    return { 'WWW-Authenticate': `Bearer realm="SCIM"${error}` }
  }
  return status === 503 ? { 'Retry-After': String(retryAfterSeconds) } : {}
}

function findRoute(routes: Partial<Record<Method, Route>>, method: string): Route | undefined {
  const wanted = method === 'HEAD' ? 'GET' : method
  return Object.entries(routes).find(([name]) => name === wanted)?.[1]
}

function allowedMethods(routes: Partial<Record<Method, Route>>): string {
  const methods = Object.keys(routes)
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
}

function parameterOf(request: Request, name: string): string {
  const value = request.params[name]
  return typeof value === 'string' ? value : ''
}

/** Entra adds flags of its own (`aadOptscim062020`): what nobody asks for is never looked at. */
function readParameters(url: string): Readonly<Record<string, unknown>> {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : ''
  const parameters = new Map<string, string | string[]>()
  for (const [name, value] of new URLSearchParams(query)) {
    const before = parameters.get(name)
    parameters.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(parameters)
}
