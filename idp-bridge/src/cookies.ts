/**
 * Tells things of one browser apart in a cookie's name. The end of a UUIDv7 is random; its
 * beginning is the time, and would be the same for everything made within a minute.
 */
export function shortId(id: string): string {
  return id.slice(-8)
}

/** The value of a cookie in a request's `Cookie` header. RFC 6265 §5.4. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  return readCookies(header, name).get(name)
}

/** The cookies whose names begin alike; of two with one name the first, whose path is the longer one. */
export function readCookies(header: string | undefined, prefix: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const pair of header?.split(';') ?? []) {
    const separator = pair.indexOf('=')
    const name = pair.slice(0, Math.max(separator, 0)).trim()
    if (name === '' || !name.startsWith(prefix) || found.has(name)) continue
    found.set(name, pair.slice(separator + 1).trim())
  }
  return found
}
