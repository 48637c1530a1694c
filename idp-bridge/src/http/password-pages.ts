import type { Locale } from '@plantel/team'

import {
  maxPasswordLength,
  minPasswordLength,
  type PasswordFlaw,
} from '../passwords/password-rules.ts'
import type { PageBrand } from './brand/page-brand.ts'
import { checkIcon, keyIcon } from './icons.ts'
import { type Markup, markup } from './markup.ts'
import { type Page, renderPage } from './page.ts'
import { messagesOf } from './preferred-locale.ts'

/** Asks for the address to which the link goes. */
export function renderResetRequest(
  locale: Locale,
  content: { workspaceId: string; brand: PageBrand },
): Page {
  const { password } = messagesOf[locale]
  return renderPage({
    locale,
    title: password.resetTitle,
    brand: content.brand,
    body: markup`
      <div class="mark" aria-hidden="true">${keyIcon}</div>
      <h1>${password.resetTitle}</h1>
      <p>${password.resetText(content.brand.name)}</p>
      <form method="post" action="/reset">
        <input type="hidden" name="workspace" value="${content.workspaceId}" />
        <label for="email">${password.emailLabel}</label>
        <input type="email" id="email" name="email" required maxlength="254"
          autocomplete="username" autocapitalize="none" spellcheck="false" autofocus />
        <div class="actions"><button class="button" type="submit">${password.sendLink}</button></div>
      </form>
    `,
  })
}

/** The same for an address that has an account and for one that has none. */
export function renderLinkSent(locale: Locale, email: string, brand: PageBrand): Page {
  const { password } = messagesOf[locale]
  return renderPage({
    locale,
    title: password.linkSentTitle,
    brand,
    body: markup`
      <div class="mark" aria-hidden="true">${checkIcon}</div>
      <h1>${password.linkSentTitle}</h1>
      <p>${password.linkSentText(email)}</p>
    `,
  })
}

/** Asks whoever has the link for a new password. */
export function renderNewPassword(
  locale: Locale,
  content: { action: string; email: string; flaw: PasswordFlaw | undefined; brand: PageBrand },
): Page {
  const { password } = messagesOf[locale]
  return renderPage({
    locale,
    title: password.newTitle,
    brand: content.brand,
    body: markup`
      <div class="mark" aria-hidden="true">${keyIcon}</div>
      <h1>${password.newTitle}</h1>
      <p>${password.newText(content.email)}</p>
      <form method="post" action="${content.action}">
        ${renderNewPasswordField(locale, { email: content.email, flaw: content.flaw })}
        <div class="actions"><button class="button" type="submit">${password.save}</button></div>
      </form>
    `,
  })
}

/** The field for a password that somebody makes up; with the address beside it, for password managers. */
export function renderNewPasswordField(
  locale: Locale,
  { email, flaw }: { email: string; flaw: PasswordFlaw | undefined },
): Markup {
  const { password } = messagesOf[locale]
  const problem =
    flaw === undefined
      ? undefined
      : markup`<p class="problem" id="password-problem" role="alert">${password.flaws[flaw]}</p>`
  const description =
    flaw === undefined
      ? markup`aria-describedby="password-hint"`
      : markup`aria-invalid="true" aria-describedby="password-problem password-hint" autofocus`
  return markup`
    <input class="for-managers" type="email" name="email" value="${email}" readonly tabindex="-1"
      aria-hidden="true" autocomplete="username" />
    <label for="password">${password.newLabel}</label>
    <input type="password" id="password" name="password" ${description} required
      minlength="${String(minPasswordLength)}" maxlength="${String(maxPasswordLength)}"
      autocomplete="new-password" />
    ${problem}
    <p class="hint" id="password-hint">${password.hint(minPasswordLength)}</p>
  `
}

/** Done; on to the inbox, where it says how. */
export function renderPasswordSaved(locale: Locale, inboxHref: string | undefined): Page {
  const { password } = messagesOf[locale]
  return renderPage({
    locale,
    title: password.savedTitle,
    body: markup`
      <div class="mark" aria-hidden="true">${checkIcon}</div>
      <h1>${password.savedTitle}</h1>
      <p>${password.savedText}</p>
      ${
        inboxHref === undefined
          ? undefined
          : markup`<div class="actions"><a class="button" href="${inboxHref}">${password.goToInbox}</a></div>`
      }
    `,
  })
}
