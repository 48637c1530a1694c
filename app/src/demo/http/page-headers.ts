import type { Response } from 'express'

import type { Html } from '../pages/html.ts'

/** Content Security Policy sources that one page needs beyond the demo's own origin. */
export interface PageSources {
  script?: string
  connect?: string
  /** Where forms may lead, redirects included; null leaves that open. */
  form?: string | null
}

/** Sends a page under a strict policy: no inline script, no inline style, no frame around it. */
export function sendPage(
  response: Response,
  page: Html,
  { status = 200, sources = {} }: { status?: number; sources?: PageSources } = {},
): void {
  response
    .status(status)
    .set({
      'content-security-policy': [
        "default-src 'none'",
        `script-src ${sourcesWith(sources.script)}`,
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        `connect-src ${sourcesWith(sources.connect)}`,
        "frame-src 'self'",
        ...(sources.form === null ? [] : [`form-action ${sourcesWith(sources.form)}`]),
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    .type('html')
    .send(page.text)
}

function sourcesWith(source: string | undefined): string {
  return source === undefined ? "'self'" : `'self' ${source}`
}
