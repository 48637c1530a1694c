import { html, type TemplateResult } from 'lit'

import type { Messages } from '../i18n/messages.ts'

/** A cross that says what it does. */
export function closeButton(
  { close }: Pick<Messages, 'close'>,
  onClick: (event: MouseEvent) => void,
): TemplateResult {
  return html`<button
    type="button"
    class="close"
    part="button"
    aria-label=${close}
    title=${close}
    @click=${onClick}
  >
    <svg viewBox="0 0 16 16" aria-hidden="true"><path d="m4 4 8 8m0-8-8 8" /></svg>
  </button>`
}
