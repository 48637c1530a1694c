import { z } from 'zod'

/** An absolute http or https address, as it will be compared and shown: nothing that a parser would drop. */
const webAddress = z
  .string()
  .max(2_000)
  .refine((text) => !/[\s\p{Cc}]/u.test(text), {
    error: 'must have no spaces or control characters',
    // `z.url` would take them away without a word.
    abort: true,
  })
  .pipe(
    z.url({
      protocol: /^https?$/,
      error: 'must be a web address',
      // What is checked next would read a URL that is none.
      abort: true,
    }),
  )
  .refine((text) => {
    const { username, password } = new URL(text)
    return username === '' && password === ''
  }, 'must have no user or password')

/** A server that Plantel itself calls: by https, unless the operator allowed its origin. */
export function serverAddress(allowPrivateNetwork: readonly string[]): z.ZodType<string> {
  return webAddress
    .refine(
      (text) => text.startsWith('https://') || allowPrivateNetwork.includes(new URL(text).origin),
      'must begin with https:// (PLANTEL_ALLOW_PRIVATE_NETWORK lists exceptions)',
    )
    .meta({ example: 'https://inbox.example.com/plantel' })
}

/** Exactly what a browser sends as `Origin`. */
export const origin: z.ZodType<string> = webAddress
  .refine(
    (text) => new URL(text).origin === text,
    'must be an origin such as https://inbox.example.com, without a path',
  )
  .meta({ example: 'https://inbox.example.com' })

/**
 * Where a browser is sent; compared character by character later. RFC 6749 §3.1.2, and RFC 9700 §2.6:
 * what passes there must not be read on the way, except on the developer's own machine.
 */
export function redirectUri(allowPrivateNetwork: readonly string[]): z.ZodType<string> {
  return webAddress
    .refine((text) => !text.includes('#'), 'must have no fragment')
    .refine((text) => {
      const { protocol, hostname, origin } = new URL(text)
      return protocol === 'https:' || isLoopback(hostname) || allowPrivateNetwork.includes(origin)
    }, 'must begin with https:// unless it is at localhost (PLANTEL_ALLOW_PRIVATE_NETWORK lists exceptions)')
    .meta({ example: 'https://inbox.example.com/signed-in' })
}

/** As `URL` writes a host name: IPv4 in four decimal parts, IPv6 in brackets. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
