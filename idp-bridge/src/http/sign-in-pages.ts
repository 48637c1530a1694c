import type { Locale } from '@plantel/team'

import type { SignInErrorCode } from '../sign-in/sign-in-error.ts'
import { type Markup, markup, trustedMarkup } from './markup.ts'
import { refusalOfCode } from './messages/messages.ts'
import { type Page, renderPage } from './page.ts'
import { messagesOf } from './preferred-locale.ts'

/** One button for each way into the workspace. */
export function renderConnections(
  locale: Locale,
  content: { workspaceName: string; connections: readonly { name: string; href: string }[] },
): Page {
  const messages = messagesOf[locale]
  const title = messages.signInTitle(content.workspaceName)
  return renderPage({
    locale,
    title,
    body: markup`
      <div class="mark" aria-hidden="true">${firstLetter(content.workspaceName)}</div>
      <h1>${title}</h1>
      <p>${messages.signInText}</p>
      <ul class="actions" role="list">
        ${content.connections.map(
          ({ name, href }) =>
            markup`<li><a class="button" href="${href}">${messages.continueWith(name)}</a></li>`,
        )}
      </ul>
      <p class="note">${messages.companySecurity}</p>
    `,
  })
}

/** Asks for the workspace, when neither the host nor the link named one. */
export function renderWorkspaceForm(
  locale: Locale,
  content: { action: string; entered: string | undefined; formTargets: readonly string[] },
): Page {
  const messages = messagesOf[locale]
  const { entered } = content
  const problem =
    entered === undefined
      ? undefined
      : markup`<p class="problem" id="workspace-problem" role="alert">
          ${messages.workspaceNotFound(entered)}
        </p>`
  const description =
    entered === undefined
      ? markup`aria-describedby="workspace-hint"`
      : markup`aria-invalid="true" aria-describedby="workspace-problem workspace-hint"`
  return renderPage({
    locale,
    title: messages.workspaceTitle,
    formTargets: content.formTargets,
    body: markup`
      <div class="mark" aria-hidden="true">${personIcon}</div>
      <h1>${messages.workspaceTitle}</h1>
      <p>${messages.workspaceText}</p>
      <form method="get" action="${content.action}">
        <label for="workspace">${messages.workspaceLabel}</label>
        <input
          type="text"
          id="workspace"
          name="workspace"
          value="${entered ?? ''}"
          ${description}
          required
          maxlength="63"
          autocomplete="organization"
          autocapitalize="none"
          spellcheck="false"
          autofocus
        />
        ${problem}
        <p class="hint" id="workspace-hint">${messages.workspaceHint}</p>
        <div class="actions"><button class="button" type="submit">${messages.next}</button></div>
      </form>
    `,
  })
}

/** For whoever signed in without a host waiting. */
export function renderSignedInPage(locale: Locale): Page {
  const messages = messagesOf[locale]
  return renderMessage(locale, checkIcon, messages.signedInTitle, messages.signedInText)
}

export function renderSignedOutPage(locale: Locale): Page {
  const messages = messagesOf[locale]
  return renderMessage(locale, checkIcon, messages.signedOutTitle, messages.signedOutText)
}

/** `form` is the library's form `op.logoutForm`, without buttons. */
export function renderSignOutPage(
  locale: Locale,
  form: string,
  formTargets: readonly string[],
): Page {
  const messages = messagesOf[locale]
  return renderPage({
    locale,
    title: messages.signOutTitle,
    formTargets,
    body: markup`
      <div class="mark" aria-hidden="true">${personIcon}</div>
      <h1>${messages.signOutTitle}</h1>
      <p>${messages.signOutText}</p>
      ${trustedMarkup(form)}
      <div class="actions">
        <button class="button" type="submit" form="op.logoutForm" name="logout" value="yes">
          ${messages.signOutConfirm}
        </button>
        <button class="button button-quiet" type="submit" form="op.logoutForm">
          ${messages.signOutCancel}
        </button>
      </div>
    `,
  })
}

export interface RefusalContent {
  code: SignInErrorCode
  /** Leads to the log entry. */
  reference: string
  /** The standard's name of the error, where there is one. */
  error?: string | undefined
  workspaceName?: string | undefined
  /** Where the same sign-in can be begun once more. */
  retryHref?: string | undefined
  /** Where it can be begun as somebody else. */
  otherAccountHref?: string | undefined
}

/** Says what happened and whom to ask, and of the technical reason only its name. */
export function renderRefusal(locale: Locale, content: RefusalContent): Page {
  const messages = messagesOf[locale]
  const reference = [content.reference, content.code, content.error]
  const refusal = messages.refusals[refusalOfCode[content.code]]
  const links = [
    link(content.retryHref, messages.retry, 'button'),
    link(content.otherAccountHref, messages.otherAccount, 'button button-quiet'),
  ].filter((item) => item !== undefined)
  return renderPage({
    locale,
    title: refusal.title,
    body: markup`
      <div class="mark mark-danger" aria-hidden="true">${alertIcon}</div>
      <h1>${refusal.title}</h1>
      <p>${refusal.text(content.workspaceName)}</p>
      ${links.length === 0 ? undefined : markup`<div class="actions">${links}</div>`}
      <p class="reference">${messages.reference(reference.filter((part) => part !== undefined).join(' · '))}</p>
    `,
  })
}

function renderMessage(locale: Locale, icon: Markup, title: string, text: string): Page {
  const body = markup`
    <div class="mark" aria-hidden="true">${icon}</div>
    <h1>${title}</h1>
    <p>${text}</p>
  `
  return renderPage({ locale, title, body })
}

function link(href: string | undefined, text: string, className: string): Markup | undefined {
  return href === undefined ? undefined : markup`<a class="${className}" href="${href}">${text}</a>`
}

function firstLetter(name: string): string {
  return (Array.from(name.trim())[0] ?? '').toLocaleUpperCase()
}

const personIcon = icon('<circle cx="12" cy="8" r="4"/><path d="M4 20c1.5-4 4.5-5 8-5s6.5 1 8 5"/>')
const checkIcon = icon('<path d="M5 12.5l4.5 4.5L19 7.5"/>')
const alertIcon = icon(
  '<path d="M12 7v6"/><path d="M12 16.8v.2"/><circle cx="12" cy="12" r="9.5"/>',
)

function icon(shapes: string): Markup {
  return trustedMarkup(
    `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${shapes}</svg>`,
  )
}
