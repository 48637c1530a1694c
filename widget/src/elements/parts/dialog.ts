import { html, nothing, type TemplateResult } from 'lit'

import type { Messages } from '../../i18n/messages.ts'
import { closeButton } from '../close-button.ts'

/** What a dialog shows around its body. */
export interface DialogFrame {
  /** At the side, over the whole height, for what one looks at; in the middle for what one decides. */
  kind: 'side' | 'middle'
  title: string
  subtitle?: unknown
  /** Before the title, such as a picture. */
  lead?: unknown
  body: unknown
  footer?: unknown
  /** Whether a press beside it closes it: not where something was typed. */
  isLight?: boolean
  isBusy?: boolean
}

/** A modal dialog whose heading gets the focus; `close` comes when it was closed in whatever way. */
export function dialogFrame(
  frame: DialogFrame,
  messages: Pick<Messages, 'close'>,
  onClose: () => void,
): TemplateResult {
  const { kind, title, subtitle = nothing, lead = nothing, body, footer = nothing } = frame
  return html`<dialog
    part="dialog"
    class=${kind}
    closedby=${frame.isLight === true ? 'any' : 'closerequest'}
    aria-labelledby="title"
    @close=${onClose}
  >
    <header>
      ${lead}
      <div class="who">
        <h2 id="title" tabindex="-1" autofocus>${title}</h2>
        ${subtitle === nothing ? nothing : html`<p class="address">${subtitle}</p>`}
      </div>
      ${closeButton(messages, closeNearest)}
    </header>
    <div
      class="body"
      role="group"
      aria-labelledby="title"
      tabindex="0"
      aria-busy=${frame.isBusy ?? false}
    >
      ${body}
    </div>
    ${footer === nothing ? nothing : html`<footer>${footer}</footer>`}
  </dialog>`
}

function closeNearest({ currentTarget }: Event): void {
  ;(currentTarget as Element).closest('dialog')?.close()
}
