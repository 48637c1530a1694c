import type { IncomingMessage, ServerResponse } from 'node:http'

import { type DestinationStream, type Logger, pino } from 'pino'
import { pinoHttp } from 'pino-http'
import { PinoPretty } from 'pino-pretty'

import type { LogLevel } from './config.ts'
import { requestIdOf } from './request-id.ts'

export type { Logger } from 'pino'

/** Names under which a secret could reach a log line, at the top or one level down. */
const secretNames = [
  'authorization',
  'clientSecret',
  'cookie',
  'key',
  'password',
  'plainKey',
  'plainToken',
  'secret',
  'set-cookie',
  'token',
]

/** The process's log: JSON lines, or readable ones for a person at a terminal. */
export function createLogger(
  level: LogLevel,
  destination: DestinationStream = standardOutput(),
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`]),
        censor: '[redacted]',
      },
      serializers: { err: describeError, error: describeError },
    },
    destination,
  )
}

function standardOutput(): DestinationStream {
  // Both write synchronously: a crash must not take its own last lines along.
  return process.stdout.isTTY
    ? PinoPretty({ sync: true, destination: 1, translateTime: 'SYS:HH:MM:ss' })
    : pino.destination({ dest: 1, sync: true })
}

/** Who has the link of such a page may do what it is for, so whoever reads the log must not have it. */
const linkPage = /^(\/(?:email|invitation|ownership|reset)\/)[^/]+/i
/** Longer than any id or name of ours that is not a secret, and without the dot of a file's name. */
const secretLike = /(?<=\/)[\w~-]{40,}(?=\/|$)/g

function withoutSecrets(path: string): string {
  return path.replace(linkPage, '$1…').replace(secretLike, '…')
}

/** Middleware of any server; also without a next one. */
type RequestLogger = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void

/** One line per request: never a header, never a query (it may hold a code, a token or a name), never a link's token. */
export function createRequestLogger(logger: Logger): RequestLogger {
  const logRequest = pinoHttp({
    logger,
    genReqId: (request) => requestIdOf(request),
    // Wrapped, ours would be given what pino-http made of an error: no stack, no cause.
    wrapSerializers: false,
    serializers: {
      req: ({ id, method, url = '' }: IncomingMessage) => ({
        id,
        method,
        path: withoutSecrets(url.split('?', 1)[0] ?? ''),
      }),
      // Nobody was told the status of an answer that was never begun.
      res: ({ headersSent, statusCode }: ServerResponse) => ({
        status: headersSent ? statusCode : null,
      }),
    },
    // pino-http would otherwise write the query into the message of an aborted request.
    customSuccessMessage: () => 'answered',
    customErrorMessage: () => 'failed',
    customLogLevel: (_request: IncomingMessage, response: ServerResponse, error?: Error) =>
      error !== undefined || response.statusCode >= 500 ? 'error' : 'info',
  })
  // Not by the library's own option, which makes a logger for each request that it then ignores.
  return (request, response, next) => {
    if (isLoggedElsewhere(request)) next?.()
    else logRequest(request, response, next)
  }
}

/** Probes say nothing; the SCIM server writes its own lines, without the names that its paths may hold. */
function isLoggedElsewhere({ url = '' }: IncomingMessage): boolean {
  return url === '/livez' || url === '/readyz' || url.startsWith('/scim/v2/')
}

/** Name, message, code and stack, and so for each cause; nothing else, because drivers attach rows and parameters. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  const code: unknown = Reflect.get(error, 'code')
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}
