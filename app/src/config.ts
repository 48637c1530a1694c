import { join, resolve } from 'node:path'

import type { DatabaseOptions } from '@plantel/db'

import { nearestName } from './nearest-name.ts'

/** Everything the environment decides, checked once and frozen. */
export interface Config {
  readonly mode: 'demo' | 'installation'
  /** Address to listen on; undefined is every address of the machine. */
  readonly host: string | undefined
  readonly port: number
  /** Absolute; holds the embedded database and what the demo generates. */
  readonly dataFolder: string
  readonly database: DatabaseOptions
  /** Origin under which browsers and directories reach Plantel, without a trailing slash. */
  readonly publicUrl: string
  /** What seals secrets at rest: given, or made once and kept in a file of the data folder. */
  readonly secret: { kind: 'given'; value: string } | { kind: 'kept'; file: string }
  /** What sealed them before; only opens. */
  readonly formerSecret: string | undefined
  /** Origins that may resolve to private addresses or use plain http. */
  readonly allowPrivateNetwork: readonly string[]
  /** Express's `trust proxy`: a number of hops, or the addresses of the proxies. */
  readonly trustProxy: false | number | readonly string[]
  readonly logLevel: LogLevel
  /** How many requests a host key and a member may make in a minute. */
  readonly requestsPerMinute: { readonly hostKey: number; readonly member: number }
  /** How long somebody counts as here after the last sign of life. */
  readonly presenceSeconds: number
  /** Name of the cookie in which a host's server may put a widget token; undefined is no cookie mode. */
  readonly widgetCookie: string | undefined
  readonly mail: { readonly smtpUrl: string; readonly from: string } | undefined
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

const ownVariables = [
  'PLANTEL_ALLOW_PRIVATE_NETWORK',
  'PLANTEL_DATA',
  'PLANTEL_DEMO',
  'PLANTEL_HOST',
  'PLANTEL_HOST_REQUESTS_PER_MINUTE',
  'PLANTEL_LOG_LEVEL',
  'PLANTEL_MAIL_FROM',
  'PLANTEL_MEMBER_REQUESTS_PER_MINUTE',
  'PLANTEL_PRESENCE_SECONDS',
  'PLANTEL_PUBLIC_URL',
  'PLANTEL_FORMER_SECRET',
  'PLANTEL_SECRET',
  'PLANTEL_SMTP_URL',
  'PLANTEL_TRUST_PROXY',
  'PLANTEL_WIDGET_COOKIE',
] as const

type Variable = (typeof ownVariables)[number] | 'PORT' | 'DATABASE_URL'

/** A refused environment; every problem is one line that says what to set. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** Reads the environment; throws `ConfigError` with all problems at once. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = []
  const refuse = (problem: string): void => void problems.push(problem)
  const read = (name: Variable): string | undefined => {
    const value = environment[name]?.trim()
    return value === '' ? undefined : value
  }

  const parseRate = (name: Variable, usual: number): number => {
    const value = read(name)
    if (value === undefined) return usual
    if (!/^[1-9]\d{0,6}$/.test(value)) refuse(`${name} must be a number from 1 to 9999999.`)
    return Number(value)
  }

  refuseUnknownVariables(environment, refuse)
  const databaseUrl = parseDatabaseUrl(read('DATABASE_URL'), refuse)
  const secret = parseSecret(read('PLANTEL_SECRET'), refuse)
  const isDemo = parseDemo(
    read('PLANTEL_DEMO'),
    databaseUrl === undefined && secret === undefined,
    refuse,
  )
  const port = parsePort(read('PORT'), refuse)
  const dataFolder = resolve(read('PLANTEL_DATA') ?? '.plantel')

  if (!isDemo && secret === undefined) {
    refuse(
      'PLANTEL_SECRET is missing: set it to at least 32 random characters (openssl rand -hex 32), ' +
        'or set PLANTEL_DEMO=1 to try the demo.',
    )
  }
  const publicUrl = parsePublicUrl(read('PLANTEL_PUBLIC_URL'), isDemo, port, refuse)
  const config: Config = {
    mode: isDemo ? 'demo' : 'installation',
    host: read('PLANTEL_HOST') ?? (isDemo ? 'localhost' : undefined),
    port,
    dataFolder,
    database:
      databaseUrl === undefined
        ? { engine: 'pglite', folder: dataFolder }
        : { engine: 'postgres', url: databaseUrl },
    publicUrl,
    secret:
      secret === undefined
        ? { kind: 'kept', file: join(dataFolder, 'secret') }
        : { kind: 'given', value: secret },
    formerSecret: parseSecret(read('PLANTEL_FORMER_SECRET'), refuse, 'PLANTEL_FORMER_SECRET'),
    allowPrivateNetwork: parseOrigins(read('PLANTEL_ALLOW_PRIVATE_NETWORK'), refuse),
    trustProxy: parseTrustProxy(read('PLANTEL_TRUST_PROXY'), refuse),
    logLevel: parseLogLevel(read('PLANTEL_LOG_LEVEL'), isDemo, refuse),
    requestsPerMinute: {
      hostKey: parseRate('PLANTEL_HOST_REQUESTS_PER_MINUTE', 60_000),
      member: parseRate('PLANTEL_MEMBER_REQUESTS_PER_MINUTE', 1_200),
    },
    presenceSeconds: parsePresence(read('PLANTEL_PRESENCE_SECONDS'), refuse),
    widgetCookie: parseWidgetCookie(read('PLANTEL_WIDGET_COOKIE'), publicUrl, refuse),
    mail: parseMail(read('PLANTEL_SMTP_URL'), read('PLANTEL_MAIL_FROM'), refuse),
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(config)
}

type Refuse = (problem: string) => void

function refuseUnknownVariables(environment: object, refuse: Refuse): void {
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('PLANTEL_') || ownVariables.some((known) => known === name)) continue
    refuse(`${name} is not a setting of Plantel: did you mean ${nearestName(name, ownVariables)}?`)
  }
}

function parseDatabaseUrl(value: string | undefined, refuse: Refuse): string | undefined {
  if (value === undefined || /^postgres(ql)?:\/\//.test(value)) return value
  refuse('DATABASE_URL must look like postgres://user:password@host:5432/database.')
  return value
}

function parseSecret(
  value: string | undefined,
  refuse: Refuse,
  name: Variable = 'PLANTEL_SECRET',
): string | undefined {
  if (value !== undefined && value.length < 32) {
    refuse(`${name} is too short: at least 32 random characters (openssl rand -hex 32).`)
  }
  return value
}

function parseDemo(value: string | undefined, unset: boolean, refuse: Refuse): boolean {
  if (value === '1' || value === '0') return value === '1'
  if (value !== undefined) refuse('PLANTEL_DEMO must be 1 or 0, or not be set.')
  return unset
}

function parsePort(value: string | undefined, refuse: Refuse): number {
  if (value === undefined) return 8080
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0
  if (port < 1 || port > 65_535) refuse('PORT must be a number from 1 to 65535.')
  return port
}

function parsePublicUrl(
  value: string | undefined,
  isDemo: boolean,
  port: number,
  refuse: Refuse,
): string {
  if (value === undefined) {
    if (!isDemo) {
      refuse(
        'PLANTEL_PUBLIC_URL is missing: set it to the address under which people reach Plantel, such as https://team.example.com.',
      )
    }
    return `http://localhost:${port}`
  }
  const url = parseOrigin(value)
  if (url === undefined) {
    refuse('PLANTEL_PUBLIC_URL must be an origin without a path, such as https://team.example.com.')
    return value
  }
  if (!isDemo && url.protocol === 'http:' && !isLoopback(url.hostname)) {
    refuse('PLANTEL_PUBLIC_URL must begin with https:// (plain http is for localhost only).')
  }
  if (url.hostname.includes('_')) {
    refuse('PLANTEL_PUBLIC_URL must not contain an underscore: Okta refuses such a SCIM base URL.')
  }
  return url.origin
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
}

function parseOrigin(value: string): URL | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return undefined
  return url.href === `${url.origin}/` ? url : undefined
}

function parseOrigins(value: string | undefined, refuse: Refuse): readonly string[] {
  return list(value).flatMap((entry) => {
    const url = parseOrigin(entry)
    if (url !== undefined) return [url.origin]
    refuse(
      `PLANTEL_ALLOW_PRIVATE_NETWORK lists origins such as http://idp.internal:8080, separated by commas; "${entry}" is none.`,
    )
    return []
  })
}

function parseTrustProxy(value: string | undefined, refuse: Refuse): Config['trustProxy'] {
  if (value === undefined || value === '0') return false
  if (/^\d{1,2}$/.test(value)) return Number(value)
  const addresses = list(value)
  const known = /^(loopback|linklocal|uniquelocal|[0-9a-f.:]*[.:][0-9a-f.:]*(\/\d{1,3})?)$/i
  if (addresses.every((address) => known.test(address))) return addresses
  // `true` would let every caller write its own address into the log and past every limit.
  refuse(
    'PLANTEL_TRUST_PROXY must be the number of proxies in front of Plantel, or their addresses separated by commas.',
  )
  return false
}

function parseLogLevel(value: string | undefined, isDemo: boolean, refuse: Refuse): LogLevel {
  // Requests would scroll away where to look.
  const usual = isDemo ? 'warn' : 'info'
  if (value === undefined) return usual
  const level = logLevels.find((known) => known === value)
  if (level === undefined) refuse(`PLANTEL_LOG_LEVEL must be one of ${logLevels.join(', ')}.`)
  return level ?? usual
}

function parsePresence(value: string | undefined, refuse: Refuse): number {
  const seconds = value === undefined ? 50 : /^\d{1,3}$/.test(value) ? Number(value) : 0
  // A widget speaks up every 15 seconds.
  if (seconds < 20 || seconds > 600) {
    refuse('PLANTEL_PRESENCE_SECONDS must be a number from 20 to 600.')
  }
  return seconds
}

function parseWidgetCookie(
  value: string | undefined,
  publicUrl: string,
  refuse: Refuse,
): string | undefined {
  if (value === undefined) return undefined
  if (!/^[\w-]{1,64}$/.test(value) || /^(__Host-)?plantel-/.test(value)) {
    refuse(
      'PLANTEL_WIDGET_COOKIE must be a name of at most 64 letters, digits, - and _, and not begin as cookies of Plantel do (plantel-).',
    )
  } else if (publicUrl.startsWith('https:') && !/^__(Host|Secure)-./.test(value)) {
    // Without a prefix a page of plain http, or whoever answers for one on the way, could set it. RFC 6265bis §4.1.3.
    refuse(
      'PLANTEL_WIDGET_COOKIE must begin with __Secure- (a domain that you share with the host) or __Host- (one origin for both).',
    )
  }
  return value
}

function parseMail(
  smtpUrl: string | undefined,
  from: string | undefined,
  refuse: Refuse,
): Config['mail'] {
  if (smtpUrl !== undefined && !/^smtps?:\/\/[^/]+/.test(smtpUrl)) {
    refuse('PLANTEL_SMTP_URL must look like smtps://user:password@mail.example.com.')
  }
  if (smtpUrl !== undefined && from !== undefined) return { smtpUrl, from }
  if (smtpUrl !== undefined) {
    refuse(
      'PLANTEL_MAIL_FROM is missing: PLANTEL_SMTP_URL needs a sender, such as Team <team@example.com>.',
    )
  }
  if (from !== undefined) {
    refuse('PLANTEL_SMTP_URL is missing: PLANTEL_MAIL_FROM has no effect without it.')
  }
  return undefined
}

function list(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}
