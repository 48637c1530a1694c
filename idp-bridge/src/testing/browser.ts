/** A browser as far as sign-in needs one: cookies by host and path (never by port), redirects one at a time. */
export interface Browser {
  /** One request, without following its redirect. */
  request: (url: string, init?: RequestInit) => Promise<Response>
  /** Follows redirects and the provider's one self-submitting form, up to a page or to `stopAt`. */
  follow: (url: string, stopAt?: string) => Promise<Visit>
  setCookie: (url: string, name: string, value: string) => void
  /** Names of the cookies that would be sent. */
  cookieNames: (url: string) => string[]
  /** What every response said about cookies, as it came. */
  readonly setCookieHeaders: string[]
  dropCookies: (matching: RegExp) => void
}

export interface Visit {
  /** The page that was reached, or the redirect to `stopAt`. */
  url: URL
  status: number
  body: string
  headers: Headers
}

interface Cookie {
  name: string
  value: string
  host: string
  path: string
}

export function createBrowser(language = 'en'): Browser {
  let cookies: Cookie[] = []
  const setCookieHeaders: string[] = []

  function matching(url: URL): Cookie[] {
    return cookies.filter(
      ({ host, path }) =>
        host === url.hostname &&
        (url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`)),
    )
  }

  function keep(cookie: Cookie, isGone: boolean): void {
    cookies = cookies.filter(
      ({ name, host, path }) =>
        name !== cookie.name || host !== cookie.host || path !== cookie.path,
    )
    if (!isGone) cookies.push(cookie)
  }

  async function request(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address)
    const headers = new Headers(init.headers)
    if (!headers.has('accept')) headers.set('accept', 'text/html')
    headers.set('accept-language', language)
    const sent = matching(url).map(({ name, value }) => `${name}=${value}`)
    if (sent.length > 0) headers.set('cookie', sent.join('; '))
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const header of response.headers.getSetCookie()) {
      setCookieHeaders.push(header)
      const [pair = '', ...attributes] = header.split(';').map((part) => part.trim())
      const attribute = (name: string): string | undefined =>
        attributes.find((item) => item.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
      const expires = attribute('expires')
      const isGone =
        attribute('max-age') === '0' || (expires !== undefined && Date.parse(expires) < Date.now())
      const separator = pair.indexOf('=')
      keep(
        {
          name: pair.slice(0, separator),
          value: pair.slice(separator + 1),
          host: url.hostname,
          path: attribute('path') ?? '/',
        },
        isGone,
      )
    }
    return response
  }

  async function follow(address: string, stopAt?: string): Promise<Visit> {
    let url = new URL(address)
    let init: RequestInit = {}
    for (let hops = 0; hops < 20; hops++) {
      const response = await request(url.href, init)
      const location = response.headers.get('location')
      const body = await response.text()
      if (location !== null) {
        const next = new URL(location, url)
        if (stopAt !== undefined && next.href.startsWith(stopAt)) {
          return { url: next, status: response.status, body, headers: response.headers }
        }
        url = next
        init = {}
        continue
      }
      const form = selfSubmittingForm(body)
      if (form === undefined) {
        return { url, status: response.status, body, headers: response.headers }
      }
      url = new URL(form.action, url)
      init = { method: 'POST', body: form.fields }
    }
    throw new Error(`Too many redirects, last to ${url.href}`)
  }

  return {
    request,
    follow,
    setCookieHeaders,
    setCookie(address, name, value) {
      keep({ name, value, host: new URL(address).hostname, path: '/' }, false)
    },
    cookieNames: (address) => matching(new URL(address)).map(({ name }) => name),
    dropCookies(pattern) {
      cookies = cookies.filter(({ name }) => !pattern.test(name))
    },
  }
}

function selfSubmittingForm(body: string): { action: string; fields: URLSearchParams } | undefined {
  if (!body.includes('document.forms[0].submit()')) return undefined
  const action = /<form method="post" action="([^"]+)"/.exec(body)?.[1]
  if (action === undefined) return undefined
  return { action: unescapeHtml(action), fields: hiddenFields(body) }
}

/** The hidden inputs of a page's form. */
export function hiddenFields(body: string): URLSearchParams {
  const fields = new URLSearchParams()
  for (const [, name = '', value = ''] of body.matchAll(
    /<input type="hidden" name="([^"]+)" value="([^"]*)"/g,
  )) {
    fields.append(name, unescapeHtml(value))
  }
  return fields
}

/** Turns the five escaped characters of an attribute back. */
export function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
