import { z } from 'zod'

/** A web address without a fragment. RFC 6749 §3.1.2. */
export const webAddress: z.ZodURL = z.url({
  protocol: /^https?$/,
  error: 'must be a web address',
  // What is checked next would read a URL that is none.
  abort: true,
})

/** A server that Plantel itself calls: by https, unless the operator allowed its origin. */
export function serverAddress(allowPrivateNetwork: readonly string[]): z.ZodType<string> {
  return webAddress
    .max(2_000)
    .refine(
      (text) => text.startsWith('https://') || allowPrivateNetwork.includes(new URL(text).origin),
      'must begin with https:// (PLANTEL_ALLOW_PRIVATE_NETWORK lists exceptions)',
    )
}

/** Exactly what a browser sends as `Origin`. */
export const origin: z.ZodType<string> = webAddress.refine(
  (text) => new URL(text).origin === text,
  'must be an origin such as https://inbox.example.com, without a path',
)

/** Where a browser is sent; compared character by character later. */
export const redirectUri: z.ZodType<string> = webAddress
  .max(2_000)
  .refine((text) => !text.includes('#'), 'must have no fragment')
