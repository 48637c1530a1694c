/**
 * Tells things of one browser apart in a cookie's name. The end of a UUIDv7 is random; its
 * beginning is the time, and would be the same for everything made within a minute.
 */
export function shortId(id: string): string {
  return id.slice(-8)
}

/** The value of a cookie in a request's `Cookie` header. RFC 6265 §5.4. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const separator = pair.indexOf('=')
    if (separator > 0 && pair.slice(0, separator).trim() === name) {
      return pair.slice(separator + 1).trim()
    }
  }
  return undefined
}
