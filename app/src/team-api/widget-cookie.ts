/** Cookie mode: the widget token where no script of the page can read it. docs/decisions/0020-cookie-mode.md. */
import type { Request } from 'express'

import { requireBearerToken } from '../bearer-token.ts'
import type { ApiDescription } from '../operations/api.ts'
import { ProblemError } from '../problem.ts'
import { originRefusal } from './allowed-origins.ts'

/** Request headers of cookie mode beside those that any request may have. */
export const cookieModeHeaders = {
  /** Always `1`. No form and no image can send it, and another origin's script only after a preflight. */
  request: 'x-plantel-request',
  /** The member whom the page shows the team to. */
  member: 'x-plantel-member',
} as const

/** How the document describes it: the cookie and the header, both. */
export function cookieCredential(cookieName: string): ApiDescription['cookieCredential'] {
  return {
    widgetCookie: {
      in: 'cookie',
      name: cookieName,
      description:
        "A member's widget token, in a cookie that the host's server sets for pages of the same site. `X-Plantel-Member` may name the member whom the page shows the team to: a cookie of somebody else is then refused (`token-expired`).",
    },
    widgetRequest: {
      in: 'header',
      name: 'X-Plantel-Request',
      description: 'Always `1`.',
    },
  }
}

/**
 * The widget token of a request: the bearer, or with a name of the cookie also that cookie's. Throws `unauthenticated`;
 * `token-expired` when the browser holds no cookie any more; `forbidden` for what need not be the widget's own request.
 */
export function requireWidgetToken(request: Request, cookieName: string | undefined): string {
  // Browsers add cookies to anything: who also sends a bearer means that one, even when it is refused.
  if (cookieName === undefined || request.get('authorization') !== undefined) {
    return requireBearerToken(request)
  }
  const values = cookieValues(request.get('cookie') ?? '', cookieName)
  if (request.get(cookieModeHeaders.request) !== '1') {
    if (values.size === 0) return requireBearerToken(request)
    throw new ProblemError('forbidden', 'With the cookie send the header X-Plantel-Request: 1.', {
      reason: 'request-header-missing',
    })
  }
  refuseOtherSites(request)
  const [token] = values
  if (token === undefined) {
    throw new ProblemError(
      'token-expired',
      'There is no widget cookie any more: ask the host to set it again.',
    )
  }
  // Any page below the shared domain can add one, with a longer path that puts it first.
  if (values.size > 1) {
    throw new ProblemError(
      'unauthenticated',
      'Two widget cookies differ: set one only, always for the same domain and path.',
      { reason: 'cookie-ambiguous' },
    )
  }
  return token
}

/** Refuses, with `token-expired`, a request of a page that shows the team to somebody else than the token names. */
export function refuseOtherMember(request: Request, memberId: string): void {
  const shown = request.get(cookieModeHeaders.member)
  if (shown === undefined || shown === memberId) return
  throw new ProblemError(
    'token-expired',
    'The cookie is now of somebody else, or of another workspace: ask the host to set it again.',
    { reason: 'other-member' },
  )
}

/** Fetch Metadata (W3C) says where a request comes from, and no script can change it. */
function refuseOtherSites(request: Request): void {
  const site = request.get('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'same-site') {
    throw new ProblemError(
      'forbidden',
      'The cookie counts for pages of the same site only: elsewhere give the widget a token.',
      { reason: 'cross-site' },
    )
  }
  // Which origin it is, is compared with the workspace's host. Only our own origin's GETs come without one.
  if (site !== 'same-origin' && request.get('origin') === undefined) throw originRefusal()
}

/** The different values that a `Cookie` header gives a name. RFC 6265 §5.4. */
function cookieValues(header: string, name: string): Set<string> {
  const values = new Set<string>()
  for (const pair of header.split(';')) {
    const separator = pair.indexOf('=')
    const value = pair.slice(separator + 1).trim()
    if (pair.slice(0, Math.max(separator, 0)).trim() === name && value !== '') values.add(value)
  }
  return values
}
