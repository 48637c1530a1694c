import { createHash } from 'node:crypto'

import type { Locale } from '@plantel/team'

import type { PageBrand } from './brand/page-brand.ts'
import { type Markup, markup } from './markup.ts'
import { stylesheet } from './stylesheet.ts'

/** A whole document and the headers it must be sent with. */
export interface Page {
  html: string
  headers: Readonly<Record<string, string>>
}

export interface PageContent {
  locale: Locale
  title: string
  body: Markup
  /** Whose page it is; by default Plantel's. */
  brand?: PageBrand | undefined
  /** Origins that a form's answer may redirect to, beside our own. */
  formTargets?: readonly string[]
  /** SHA-256 in base64 of the one script that may run; by default none. */
  scriptHash?: string
}

/** Named by its content, so that it can be kept for ever. */
export const stylesheetPath: string = `/sign-in/${createHash('sha256')
  .update(stylesheet)
  .digest('hex')
  .slice(0, 12)}.css`

/** The frame of every sign-in page. Nothing comes from elsewhere and no script runs that isn't named. */
export function renderPage(content: PageContent): Page {
  const { locale, title, body, brand, formTargets = [], scriptHash } = content
  const logoPath = brand?.logoPath
  const document = markup`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="stylesheet" href="${stylesheetPath}" />
        ${brand?.accentPath === undefined ? undefined : markup`<link rel="stylesheet" href="${brand.accentPath}" />`}
        ${logoPath === undefined ? undefined : markup`<link rel="icon" href="${logoPath}" />`}
      </head>
      <body>
        <main class="card">${brand === undefined ? undefined : renderLogo(brand)}${body}</main>
        <footer>Plantel</footer>
      </body>
    </html>`
  const forms = ["'self'", ...formTargets].join(' ')
  // A page without a logo asks for no image at all: not even the browser for an icon.
  const images = logoPath === undefined ? '' : ` img-src 'self';`
  const scripts = scriptHash === undefined ? '' : ` script-src 'sha256-${scriptHash}';`
  return {
    html: document.text,
    headers: {
      ...pageHeaders,
      'content-type': 'text/html; charset=utf-8',
      'content-language': locale,
      'content-security-policy': `default-src 'none'; style-src 'self';${images}${scripts} form-action ${forms}; frame-ancestors 'none'; base-uri 'none'`,
    },
  }
}

function renderLogo({ name, logoPath }: PageBrand): Markup | undefined {
  if (logoPath === undefined) return undefined
  return markup`<img class="logo" src="${logoPath}" alt="${name}" />`
}

/** For everything on the way of a sign-in: its addresses and answers belong to one person and one moment. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}
