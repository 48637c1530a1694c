import type { Locale, OwnershipParty } from '@plantel/team'

import type { PageBrand } from './brand/page-brand.ts'
import { checkIcon, keyIcon } from './icons.ts'
import { markup } from './markup.ts'
import { type Page, renderPage } from './page.ts'
import { messagesOf } from './preferred-locale.ts'

interface Names {
  workspaceName: string
  from: string
  to: string
  /** What the former owner becomes. */
  role: string
}

/** Says what will happen, and asks for a yes. */
export function renderOwnershipQuestion(
  locale: Locale,
  content: Names & { brand: PageBrand; action: string; party: OwnershipParty },
): Page {
  const { ownership } = messagesOf[locale]
  const { from, to, role } = content
  const title = ownership.title(content.workspaceName)
  return renderPage({
    locale,
    title,
    brand: content.brand,
    body: markup`
      <div class="mark" aria-hidden="true">${keyIcon}</div>
      <h1>${title}</h1>
      <p>${content.party === 'from' ? ownership.give({ to, role }) : ownership.take({ from })}</p>
      <form method="post" action="${content.action}">
        <div class="actions"><button class="button" type="submit">${ownership.confirm}</button></div>
      </form>
    `,
  })
}

export function renderOwnershipAgreed(
  locale: Locale,
  content: Names & { brand: PageBrand; outcome: 'waiting' | 'completed'; waitsFor: string },
): Page {
  const { ownership } = messagesOf[locale]
  return renderPage({
    locale,
    title: ownership.doneTitle,
    brand: content.brand,
    body: markup`
      <div class="mark" aria-hidden="true">${checkIcon}</div>
      <h1>${ownership.doneTitle}</h1>
      <p>${
        content.outcome === 'waiting'
          ? ownership.waiting(content.waitsFor)
          : ownership.completed(content.to, content.workspaceName)
      }</p>
    `,
  })
}
