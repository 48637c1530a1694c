import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit'

import type { MemberChange } from '../../controllers/members-controller.ts'
import type { Messages } from '../../i18n/messages.ts'
import { property } from '../../screens/reactive.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { closeButton } from '../close-button.ts'
import { teamChangeNoticeStyles } from './team-change-notice.styles.ts'

/** Long enough to read a name and to get to the button. */
export const VISIBLE_MS = 8000

/** What has changed where it can't be seen. */
export interface ChangeNews {
  text: string
  /** Who can be gone to, if anybody is still there. */
  subject: MemberChange | undefined
}

/**
 * Floats over the list for a while, so that nothing moves. It is not a live region: its owner has said
 * the words in one that was there before.
 *
 * @fires show - the person wants to go there
 * @fires close - it was closed or has been there long enough; its owner removes it
 * @csspart button
 */
export class TeamChangeNotice extends LitElement {
  static readonly tag = 'team-change-notice'
  static override styles = [baseStyles, teamChangeNoticeStyles]
  static override properties = {
    messages: property,
    news: property,
  }

  messages!: Messages
  news!: ChangeNews

  #timer: ReturnType<typeof setTimeout> | undefined

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('news')) this.#closeLater()
  }

  /** What somebody points at or has the focus in isn't taken away. */
  #closeLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (this.matches(':hover, :focus-within')) this.#closeLater()
      else this.#tell('close')
    }, VISIBLE_MS)
  }

  #tell(type: 'show' | 'close'): void {
    this.dispatchEvent(new Event(type))
  }

  protected override render(): TemplateResult {
    const { messages, news } = this
    return html`<p id="text">${news.text}</p>
      ${
        news.subject &&
        html`<button
          type="button"
          part="button"
          aria-describedby="text"
          @click=${() => this.#tell('show')}
        >
          ${messages.show}
        </button>`
      }
      ${closeButton(messages, () => this.#tell('close'))}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-change-notice': TeamChangeNotice
  }
}
