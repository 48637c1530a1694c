import type { RequestLog, ScimExchange, ScimFailure } from './request-log.ts'
import type { ScimCall } from './scim-call.ts'

/** A SCIM request that Plantel refused or never answered; the log holds what was said. */
export class ScimRequestError extends Error {
  readonly failure: ScimFailure
  readonly exchange: ScimExchange

  constructor(failure: ScimFailure, exchange: ScimExchange) {
    const { call, path, status } = exchange
    super(`${call.method} ${path}: ${failure}${status === undefined ? '' : ` (${status})`}`)
    this.name = 'ScimRequestError'
    this.failure = failure
    this.exchange = exchange
  }
}

/** Sends one request and answers its parsed body; throws `ScimRequestError` for everything but a 2xx. */
export type ScimClient = (call: ScimCall) => Promise<unknown>

export function createScimClient(
  connection: { baseUrl: string; token: string; userAgent: string },
  log: RequestLog,
): ScimClient {
  return async (call) => {
    const started = performance.now()
    const at = new Date()
    const url = `${connection.baseUrl}${call.path}`
    let status: number | undefined
    let answer: unknown
    let failure: ScimFailure | undefined
    try {
      const response = await fetch(url, {
        method: call.method,
        headers: {
          accept: 'application/scim+json',
          authorization: `Bearer ${connection.token}`,
          'user-agent': connection.userAgent,
          ...(call.body !== undefined && {
            'content-type': 'application/scim+json; charset=utf-8',
          }),
        },
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(60_000),
      })
      status = response.status
      const text = await response.text()
      failure = response.ok ? undefined : failureOf(status)
      answer = text === '' ? undefined : parseJson(text)
      if (answer === unreadable) {
        answer = text.slice(0, 2000)
        failure ??= 'unreadable'
      }
    } catch (error) {
      failure = 'unreachable'
      answer = error instanceof Error ? error.message : String(error)
    }
    const exchange = log.add({
      at,
      call,
      path: new URL(url).pathname + new URL(url).search,
      status,
      durationMs: performance.now() - started,
      answer,
      failure,
    })
    if (failure !== undefined) throw new ScimRequestError(failure, exchange)
    return answer
  }
}

const unreadable = Symbol('unreadable')

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return unreadable
  }
}

function failureOf(status: number): ScimFailure {
  if (status === 401 || status === 403) return 'token-refused'
  if (status === 404) return 'not-found'
  if (status === 409) return 'taken'
  if (status === 429) return 'too-many'
  return status >= 500 ? 'plantel-failed' : 'not-understood'
}
