import type { AcceptField, Locale } from '@plantel/team'

import type { PasswordFlaw } from '../passwords/password-rules.ts'
import type { PageBrand } from './brand/page-brand.ts'
import { type Markup, markup } from './markup.ts'
import type { InvitationMessages } from './messages/messages.ts'
import { type Page, renderPage } from './page.ts'
import { renderNewPasswordField } from './password-pages.ts'
import { messagesOf } from './preferred-locale.ts'

/** What the person has typed in, and what is wrong with it. */
export interface AcceptForm {
  values: Readonly<Record<AcceptField | 'phone', string>>
  isAccepted: boolean
  missing: ReadonlySet<AcceptField | 'terms'>
  flaw: PasswordFlaw | undefined
}

export interface AcceptContent {
  action: string
  workspaceName: string
  brand: PageBrand
  inviter: string | null
  role: string | null
  message: string | null
  email: string | null
  wanted: readonly AcceptField[]
  asksForPhone: boolean
  termsUrl: string | undefined
  /** What the inbox calls the last step: “Comenzar a usar”. */
  submit: string
  form: AcceptForm
  /** Company accounts to come in with; a password is chosen where there is none. */
  connections: readonly { name: string; href: string }[]
  formTargets: readonly string[]
}

/** The page behind the link of an invitation. */
export function renderInvitation(locale: Locale, content: AcceptContent): Page {
  const messages = messagesOf[locale]
  const { invitation } = messages
  const { inviter, role, message, email } = content
  const title = invitation.title(content.workspaceName)
  return renderPage({
    locale,
    title,
    brand: content.brand,
    formTargets: content.formTargets,
    body: markup`
      <div class="mark" aria-hidden="true">${Array.from(content.workspaceName.trim())[0] ?? ''}</div>
      <h1>${title}</h1>
      <p>${invitation.text({ inviter, role })}</p>
      ${message === null ? undefined : markup`<figure class="message"><figcaption>${invitation.messageFrom(inviter)}</figcaption><blockquote>${message}</blockquote></figure>`}
      ${
        content.connections.length === 0
          ? renderAcceptForm(locale, content)
          : markup`<p class="note">${invitation.companyText}</p>
            <ul class="actions" role="list">${content.connections.map(
              ({ name, href }) =>
                markup`<li><a class="button" href="${href}">${messages.continueWith(name)}</a></li>`,
            )}</ul>`
      }
      ${email === null ? undefined : markup`<p class="note">${invitation.emailIs(email)}</p>`}
    `,
  })
}

function renderAcceptForm(locale: Locale, content: AcceptContent): Markup {
  const { invitation } = messagesOf[locale]
  const { form, wanted, email } = content
  return markup`
    <form method="post" action="${content.action}">
      ${wanted.map((field) => renderName(invitation, field, form))}
      ${content.asksForPhone ? renderPhone(invitation, form) : undefined}
      ${renderNewPasswordField(locale, { email: email ?? '', flaw: form.flaw })}
      ${content.termsUrl === undefined ? undefined : renderTerms(invitation, content.termsUrl, form)}
      <div class="actions"><button class="button" type="submit">${content.submit}</button></div>
    </form>`
}

const autocompletes: Readonly<Record<AcceptField, string>> = {
  displayName: 'name',
  familyName: 'family-name',
  givenName: 'given-name',
}

function renderName(messages: InvitationMessages, field: AcceptField, form: AcceptForm): Markup {
  const isMissing = form.missing.has(field)
  const hint = field === 'displayName' ? messages.displayNameHint : undefined
  const described = [
    isMissing ? `${field}-problem` : undefined,
    hint === undefined ? undefined : `${field}-hint`,
  ].filter((id) => id !== undefined)
  return markup`
    <label for="${field}">${messages[field]}</label>
    <input type="text" id="${field}" name="${field}" value="${form.values[field]}" required
      maxlength="200" autocomplete="${autocompletes[field]}"
      ${isMissing ? markup`aria-invalid="true"` : undefined}
      ${described.length === 0 ? undefined : markup`aria-describedby="${described.join(' ')}"`} />
    ${isMissing ? markup`<p class="problem" id="${field}-problem" role="alert">${messages.nameMissing}</p>` : undefined}
    ${hint === undefined ? undefined : markup`<p class="hint" id="${field}-hint">${hint}</p>`}`
}

function renderPhone(messages: InvitationMessages, form: AcceptForm): Markup {
  return markup`
    <label for="phone">${messages.phone} <span class="optional">(${messages.optional})</span></label>
    <input type="tel" id="phone" name="phone" value="${form.values.phone}" maxlength="50"
      autocomplete="tel" />`
}

function renderTerms(messages: InvitationMessages, termsUrl: string, form: AcceptForm): Markup {
  const [before, link, after] = messages.terms
  const isMissing = form.missing.has('terms')
  return markup`
    <label class="choice"><input type="checkbox" name="terms" value="accepted" required
      ${form.isAccepted ? markup`checked` : undefined}
      ${isMissing ? markup`aria-invalid="true" aria-describedby="terms-problem"` : undefined} />
      <span>${before}<a href="${termsUrl}" target="_blank" rel="noreferrer">${link}</a>${after}</span></label>
    ${isMissing ? markup`<p class="problem" id="terms-problem" role="alert">${messages.termsMissing}</p>` : undefined}`
}
