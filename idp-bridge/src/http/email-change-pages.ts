import type { Locale } from '@plantel/team'

import type { PageBrand } from './brand/page-brand.ts'
import { checkIcon, personIcon } from './icons.ts'
import { markup } from './markup.ts'
import { type Page, renderPage } from './page.ts'
import { messagesOf } from './preferred-locale.ts'

/** Asks whoever reads the mail at the new address for a yes: a mail program that opens links decides nothing. */
export function renderEmailQuestion(
  locale: Locale,
  content: { brand: PageBrand; action: string; email: string },
): Page {
  const { emailChange } = messagesOf[locale]
  return renderPage({
    locale,
    title: emailChange.title,
    brand: content.brand,
    body: markup`
      <div class="mark" aria-hidden="true">${personIcon}</div>
      <h1>${emailChange.title}</h1>
      <p>${emailChange.text(content.email, content.brand.name)}</p>
      <p>${emailChange.signedOut}</p>
      <form method="post" action="${content.action}">
        <div class="actions"><button class="button" type="submit">${emailChange.confirm}</button></div>
      </form>
    `,
  })
}

export function renderEmailChanged(
  locale: Locale,
  content: { brand: PageBrand; email: string },
): Page {
  const { emailChange } = messagesOf[locale]
  return renderPage({
    locale,
    title: emailChange.doneTitle,
    brand: content.brand,
    body: markup`
      <div class="mark" aria-hidden="true">${checkIcon}</div>
      <h1>${emailChange.doneTitle}</h1>
      <p>${emailChange.doneText(content.email)}</p>
    `,
  })
}
