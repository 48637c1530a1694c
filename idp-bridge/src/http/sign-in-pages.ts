import type { Locale } from '@plantel/team'

import type { SignInErrorCode } from '../sign-in/sign-in-error.ts'
import type { PageBrand } from './brand/page-brand.ts'
import { alertIcon, checkIcon, personIcon } from './icons.ts'
import { type Markup, markup, trustedMarkup } from './markup.ts'
import { type Messages, refusalOfCode } from './messages/messages.ts'
import { type Page, renderPage } from './page.ts'
import { messagesOf } from './preferred-locale.ts'

export interface PasswordFormContent {
  action: string
  /** What was typed in as workspace, where the host named none. */
  workspace: string | undefined
  email: string
  problem: string | undefined
  forgottenHref: string
  /** Behind a line to open: hardly anybody needs it. */
  isFolded: boolean
  /** Whether the form is for those who have recovery codes. */
  takesCodes: boolean
}

/** One button for each company account, and the form of those who have a password. */
export function renderWays(
  locale: Locale,
  content: {
    workspaceName: string
    brand?: PageBrand | undefined
    connections: readonly { name: string; href: string }[]
    form?: PasswordFormContent | undefined
    formTargets?: readonly string[]
  },
): Page {
  const messages = messagesOf[locale]
  const { workspaceName, connections, form } = content
  const title = messages.signInTitle(workspaceName)
  const hasBoth = connections.length > 0 && form !== undefined && !form.isFolded
  const text = hasBoth ? messages.password.signInText : messages.signInText
  return renderPage({
    locale,
    title,
    brand: content.brand,
    formTargets: content.formTargets ?? [],
    body: markup`
      <div class="mark" aria-hidden="true">${firstLetter(workspaceName)}</div>
      <h1>${title}</h1>
      ${connections.length === 0 ? undefined : markup`<p>${text}</p>`}
      ${connections.length === 0 ? undefined : renderConnections(messages, connections)}
      ${hasBoth ? markup`<p class="or"><span>${messages.password.or}</span></p>` : undefined}
      ${form === undefined ? undefined : renderPasswordForm(messages, form)}
    `,
  })
}

function renderConnections(
  messages: Messages,
  connections: readonly { name: string; href: string }[],
): Markup {
  return markup`
    <ul class="actions" role="list">
      ${connections.map(
        ({ name, href }) =>
          markup`<li><a class="button" href="${href}">${messages.continueWith(name)}</a></li>`,
      )}
    </ul>
    <p class="note">${messages.companySecurity}</p>
  `
}

function renderPasswordForm(messages: Messages, content: PasswordFormContent): Markup {
  const { password } = messages
  const { problem, workspace } = content
  const state =
    problem === undefined
      ? undefined
      : markup`aria-invalid="true" aria-describedby="password-problem"`
  const form = markup`
    <form method="post" action="${content.action}">
      ${workspace === undefined ? undefined : markup`<input type="hidden" name="workspace" value="${workspace}" />`}
      <label for="email">${password.emailLabel}</label>
      <input type="email" id="email" name="email" value="${content.email}" ${state} required
        maxlength="254" autocomplete="username" autocapitalize="none" spellcheck="false" />
      <label for="password">${content.takesCodes ? password.labelOrCode : password.label}</label>
      <input type="password" id="password" name="password" ${state} required
        autocomplete="current-password" />
      ${problem === undefined ? undefined : markup`<p class="problem" id="password-problem" role="alert">${problem}</p>`}
      <div class="actions"><button class="button" type="submit">${password.signIn}</button></div>
      <p class="note"><a href="${content.forgottenHref}">${password.forgotten}</a></p>
    </form>`
  if (!content.isFolded) return form
  return markup`<details class="folded"><summary>${password.emergency}</summary>${form}</details>`
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
          maxlength="254"
          autocomplete="email"
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

/** The sign-out continues at another address, at once and by itself. */
export function renderGoOnPage(
  locale: Locale,
  { goOnTo, brand }: { goOnTo: string; brand: PageBrand | undefined },
): Page {
  const messages = messagesOf[locale]
  const body = markup`
    <meta http-equiv="refresh" content="0;url=${goOnTo}" />
    <div class="mark" aria-hidden="true">${checkIcon}</div>
    <h1>${messages.signedOutTitle}</h1>
    <div class="actions"><a class="button" href="${goOnTo}">${messages.next}</a></div>
  `
  return renderPage({ locale, title: messages.signedOutTitle, brand, body })
}

/** `form` is the library's form `op.logoutForm`, without buttons. */
export function renderSignOutPage(
  locale: Locale,
  form: string,
  content: { formTargets: readonly string[]; brand: PageBrand | undefined },
): Page {
  const messages = messagesOf[locale]
  return renderPage({
    locale,
    title: messages.signOutTitle,
    ...content,
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
  brand?: PageBrand | undefined
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
    brand: content.brand,
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
