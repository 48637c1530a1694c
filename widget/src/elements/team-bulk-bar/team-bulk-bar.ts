import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'

import type { SelectionRequest } from '../../controllers/selection.ts'
import type { BulkKind, BulkMessages } from '../../i18n/bulk/bulk-messages.ts'
import { loadWords } from '../../i18n/load-words.ts'
import type { Localization } from '../../i18n/locales.ts'
import { property, state } from '../../screens/reactive.ts'
import type { OpenScreen } from '../../screens/screen-request.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { closeButton } from '../close-button.ts'
import { teamBulkBarStyles } from './team-bulk-bar.styles.ts'

const kinds: readonly BulkKind[] = [
  'set-role',
  'add-departments',
  'remove-departments',
  'sign-out',
  'resend-invitation',
  'reactivate',
  'suspend',
  'remove',
]

/**
 * How many are chosen, and what can be done with all of them; over the lower edge of the list.
 *
 * @fires choose - everybody who matches (`detail` is true), or nobody
 * @csspart toolbar
 */
export class TeamBulkBar extends LitElement {
  static readonly tag = 'team-bulk-bar'
  static override styles = [baseStyles, teamBulkBarStyles]
  static override properties = {
    text: property,
    open: property,
    selection: property,
    total: property,
    words: state,
  }

  text!: Localization
  open: OpenScreen = () => undefined
  selection: { count: number; isAll: boolean; request: SelectionRequest } = {
    count: 0,
    isAll: false,
    request: { ids: [] },
  }
  /** How many could be chosen. */
  total = 0

  private words: BulkMessages | undefined

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('text')) void this.#speak()
  }

  async #speak(): Promise<void> {
    this.words = await loadWords('bulk', this.text)
  }

  #choose(isAll: boolean): void {
    const event = new CustomEvent('choose', { detail: isAll })
    this.dispatchEvent(event)
  }

  #start = ({ currentTarget }: Event): void => {
    const select = currentTarget as HTMLSelectElement
    const kind = select.value as BulkKind | ''
    select.value = ''
    const { count, request } = this.selection
    if (kind !== '') this.open({ screen: 'bulk', kind, count, request })
  }

  /** A closed list takes an arrow or a letter for a choice, and would begin with it at once: it is opened first. */
  #onKey = (event: KeyboardEvent): void => {
    const select = event.currentTarget as HTMLSelectElement
    const isOpen = CSS.supports('selector(:open)') && select.matches(':open')
    if (isOpen || !/^(?:Arrow.+|.)$/.test(event.key)) return
    event.preventDefault()
    select.showPicker()
  }

  protected override render(): TemplateResult | typeof nothing {
    const { words, selection, total } = this
    if (words === undefined) return nothing
    return html`<div class="bar-row" part="toolbar" role="region" aria-label=${words.actions}>
      <strong role="status">${words.chosen(selection.count)}</strong>
      ${
        selection.count < total
          ? html`<button type="button" part="button" @click=${() => this.#choose(true)}>
              ${words.chooseAll(total)}
            </button>`
          : nothing
      }
      <label>
        <span class="visually-hidden">${words.actions}</span>
        <select @change=${this.#start} @keydown=${this.#onKey}>
          <option value="">${words.actions}…</option>
          ${kinds.map((kind) => html`<option value=${kind}>${words.kinds[kind]}</option>`)}
        </select>
      </label>
      ${closeButton({ close: words.chooseNone }, () => this.#choose(false))}
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-bulk-bar': TeamBulkBar
  }
}
