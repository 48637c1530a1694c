import { createHash } from 'node:crypto'

import type { Locale } from '@plantel/team'

import { markup, trustedMarkup } from './markup.ts'
import { type Page, renderPage } from './page.ts'
import { messagesOf } from './preferred-locale.ts'

/** The one script of ours: it presses the button. */
const script = 'document.forms[0].submit()'
const scriptHash = createHash('sha256').update(script).digest('base64')

/** A form that carries a SAML request to the identity provider, and goes there by itself. SAML Bindings §3.5. */
export function renderRequest(
  locale: Locale,
  form: { name: string; url: string; fields: Readonly<Record<string, string>> },
): Page {
  const title = messagesOf[locale].continueWith(form.name)
  const fields = Object.entries(form.fields).map(
    ([name, value]) => markup`<input type="hidden" name="${name}" value="${value}" />`,
  )
  return renderPage({
    locale,
    title,
    formTargets: [new URL(form.url).origin],
    scriptHash,
    body: markup`<form method="post" action="${form.url}">${fields}<button class="button" type="submit">${title}</button></form><script>${trustedMarkup(script)}</script>`,
  })
}
