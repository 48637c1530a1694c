import { html, type TemplateResult } from 'lit'

import type { Desk } from '../../screens/desk.ts'
import { button } from './controls.ts'

/** Something that is shown this once, and how to take it along. */
export function secretField(
  secret: string,
  { label, hint }: { label: string; hint: string },
  desk: Pick<Desk, 'common' | 'toast'>,
): TemplateResult {
  return html`<div class="field">
    <label for="secret">${label}</label>
    <textarea
      id="secret"
      class="secret"
      readonly
      spellcheck="false"
      aria-describedby="secret-about"
      rows=${Math.min(12, secret.split('\n').length)}
      .value=${secret}
    ></textarea>
    <p id="secret-about" class="hint">${hint}</p>
    <p>
      ${button(desk.common.copy, ({ currentTarget }) => {
        const area = (currentTarget as Element).closest('.field')?.querySelector('textarea')
        // Where the page may not write to the clipboard, the text is chosen for the person to copy.
        area?.select()
        void navigator.clipboard.writeText(secret).then(
          () => desk.toast(desk.common.copied),
          () => area?.focus(),
        )
      })}
    </p>
  </div>`
}
