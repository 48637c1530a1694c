import { html, nothing, type TemplateResult } from 'lit'

import type { ApiError } from '../api/api-error.ts'
import type { Messages, Notice } from '../i18n/messages.ts'

/** Says what went wrong, which request it was, and how to go on. */
export function problemNotice(
  error: ApiError,
  messages: Messages,
  onRetry: () => void,
): TemplateResult {
  const { title, text } = messages.problems[error.kind]
  const canRetry = error.kind !== 'forbidden' && error.kind !== 'outdated'
  return html`<div class="notice ${error.kind}" part="banner" role="alert">
    <p><strong>${title}</strong> ${text}</p>
    ${error.requestId && html`<p class="request-id">${messages.requestId(error.requestId)}</p>`}
    ${canRetry ? action(messages.retry, onRetry) : nothing}
  </div>`
}

/** What a notice offers to do. */
export function action(label: string, onClick: () => void): TemplateResult {
  return html`<button type="button" part="button" @click=${onClick}>${label}</button>`
}

/** Says that there is nothing, and why. */
export function emptyNotice({ title, text }: Notice, offer: unknown = nothing): TemplateResult {
  return html`<div class="notice empty">
    <p><strong>${title}</strong> ${text}</p>
    ${offer}
  </div>`
}
