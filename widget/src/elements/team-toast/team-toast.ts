import { html, LitElement, type TemplateResult } from 'lit'

import { SaveController } from '../../controllers/save-controller.ts'
import type { Desk, UndoOffer } from '../../screens/desk.ts'
import { property } from '../../screens/reactive.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { closeButton } from '../close-button.ts'
import { saveNotice } from '../parts/fields.ts'
import { teamToastStyles } from './team-toast.styles.ts'

/** Long enough to read it and to get to the button. */
const VISIBLE_MS = 10_000

/**
 * Says over the page that something was done, and takes it back. It is not a live region: the stage has said
 * the words in one that was there before.
 *
 * @csspart toast
 */
export class TeamToast extends LitElement {
  static readonly tag = 'team-toast'
  static override styles = [baseStyles, teamToastStyles]
  static override properties = {
    desk: property,
    words: property,
    undo: property,
  }

  desk!: Desk
  words = ''
  undo: UndoOffer | undefined

  #save = new SaveController(this)
  #timer: ReturnType<typeof setTimeout> | undefined

  protected override firstUpdated(): void {
    this.popover = 'manual'
    this.showPopover()
    this.#closeLater()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  /** What somebody points at or has the focus in isn't taken away. */
  #closeLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (this.matches(':hover, :focus-within')) this.#closeLater()
      else this.remove()
    }, VISIBLE_MS)
  }

  async #undo(): Promise<void> {
    const done = await this.#save.run(async () => {
      await this.undo?.run()
    })
    if (done) this.remove()
  }

  protected override render(): TemplateResult {
    const { common, text } = this.desk
    return html`<div class="toast" part="toast">
      <p id="text">${this.words}</p>
      ${
        this.undo &&
        html`<button
          type="button"
          part="button"
          aria-describedby="text"
          ?disabled=${this.#save.isBlocked}
          @click=${() => void this.#undo()}
        >
          ${common.undo}
        </button>`
      }
      ${closeButton(text.messages, () => this.remove())}
      ${this.undo && saveNotice(this.#save, this.desk)}
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-toast': TeamToast
  }
}
