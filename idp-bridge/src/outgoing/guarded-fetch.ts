import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** Why a request of ours to somebody else's server was not made or not finished. */
export type OutgoingErrorCode =
  | 'scheme-refused'
  | 'address-refused'
  | 'unreachable'
  | 'timeout'
  | 'response-too-large'
  | 'response-invalid'

/** The message names the server's origin and nothing of the request. */
export class OutgoingError extends Error {
  readonly code: OutgoingErrorCode

  constructor(code: OutgoingErrorCode, origin: string, options?: ErrorOptions) {
    super(`${code}: ${origin}`, options)
    this.name = 'OutgoingError'
    this.code = code
  }
}

/** A `fetch` for addresses that customers typed in. Redirects are answers, never followed. */
export type GuardedFetch = (
  url: string,
  options?: {
    method?: string | undefined
    headers?: ConstructorParameters<typeof Headers>[0] | undefined
    body?: unknown
    signal?: AbortSignal | null | undefined
  },
) => Promise<Response>

export interface GuardedFetchOptions {
  /** Origins that may be reached by http and at private addresses; looked at for every request. */
  allowPrivateNetwork: readonly string[]
  timeoutMs?: number
  maxResponseBytes?: number
  /** Finds every address of a host name; the system's resolver unless told. */
  lookup?: (
    hostname: string,
    options: { all: true },
    done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ) => void
}

const ipv4SpecialPurpose: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]

const ipv6NotGlobal: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
]

const blocked = new BlockList()
for (const [prefix, bits] of ipv4SpecialPurpose) blocked.addSubnet(prefix, bits, 'ipv4')
for (const [prefix, bits] of ipv6NotGlobal) blocked.addSubnet(prefix, bits, 'ipv6')

const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')

/**
 * Whether an address belongs to the public internet, by the IANA special-purpose registries.
 * IPv6 outside 2000::/3 (mapped, translated, local) is never public.
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked.check(address, 'ipv4')
    case 6:
      return globalUnicast.check(address, 'ipv6') && !blocked.check(address, 'ipv6')
    default:
      return false
  }
}

const bodilessStatuses = new Set([204, 205, 304])

/** Makes a `fetch` that cannot be talked into reaching the network it runs in. */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const { timeoutMs = 5_000, maxResponseBytes = 1_000_000 } = options
  const { lookup = systemLookup } = options

  /** The connection goes to the very addresses that were checked: no second look-up, no rebinding. */
  function checkingLookup(origin: string): LookupFunction {
    return (hostname, { all }, done) => {
      lookup(hostname, { all: true }, (error, addresses) => {
        const [first] = addresses ?? []
        if (error !== null) done(error, '')
        else if (
          first === undefined ||
          addresses.some(({ address }) => !isPublicAddress(address))
        ) {
          done(new OutgoingError('address-refused', origin), '')
        } else if (all === true) done(null, addresses)
        else done(null, first.address, first.family)
      })
    }
  }

  return async (address, { method = 'GET', headers, body, signal } = {}) => {
    const url = new URL(address)
    const isAllowed = options.allowPrivateNetwork.includes(url.origin)
    if (url.protocol !== 'https:' && !(isAllowed && url.protocol === 'http:')) {
      throw new OutgoingError('scheme-refused', url.origin)
    }
    const literal = url.hostname.replace(/^\[|\]$/g, '')
    // A literal is connected to without any look-up.
    if (!isAllowed && isIP(literal) !== 0 && !isPublicAddress(literal)) {
      throw new OutgoingError('address-refused', url.origin)
    }
    const payload = body === undefined || body === null ? undefined : bodyToText(body)
    const sent = new Headers(headers)
    sent.set('accept-encoding', 'identity')
    if (payload !== undefined) sent.set('content-length', String(Buffer.byteLength(payload)))
    const timeout = AbortSignal.timeout(timeoutMs)
    const stop =
      signal === null || signal === undefined ? timeout : AbortSignal.any([signal, timeout])
    try {
      const response = await exchange(url, payload, {
        method,
        headers: Object.fromEntries(sent),
        signal: stop,
        // A connection of its own: a pooled one may have been opened under other rules.
        agent: false,
        ...(isAllowed ? {} : { lookup: checkingLookup(url.origin) }),
      })
      const bytes = await readAtMost(response, maxResponseBytes, url.origin)
      return toResponse(response, bytes, url.origin)
    } catch (error) {
      if (error instanceof OutgoingError) throw error
      throw new OutgoingError(stop.aborted ? 'timeout' : 'unreachable', url.origin, {
        cause: error,
      })
    }
  }
}

function bodyToText(body: unknown): string {
  if (typeof body === 'string') return body
  if (body instanceof URLSearchParams) return body.toString()
  throw new TypeError('A guarded request carries text or a form.')
}

function exchange(
  url: URL,
  payload: string | undefined,
  options: Parameters<typeof httpsRequest>[1],
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? httpsRequest : httpRequest
    open(url, options, resolve).on('error', reject).end(payload)
  })
}

async function readAtMost(
  response: IncomingMessage,
  maxBytes: number,
  origin: string,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    const bytes = chunk as Buffer
    length += bytes.length
    if (length > maxBytes) {
      response.destroy()
      throw new OutgoingError('response-too-large', origin)
    }
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function toResponse(message: IncomingMessage, bytes: Buffer, origin: string): Response {
  const status = message.statusCode ?? 0
  if (status < 200 || status > 599) throw new OutgoingError('response-invalid', origin)
  const headers = new Headers()
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  return new Response(bodilessStatuses.has(status) ? null : new Uint8Array(bytes), {
    status,
    headers,
  })
}
