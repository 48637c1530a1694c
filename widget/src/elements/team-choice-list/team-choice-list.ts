import { html, LitElement, nothing, type TemplateResult } from 'lit'

import type { NamedReference } from '../../contract/index.ts'
import { property, state } from '../../screens/reactive.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { formStyles } from '../parts/form.styles.ts'
import { teamChoiceListStyles } from './team-choice-list.styles.ts'

/** From so many on, a list can be filtered. */
const FILTER_FROM = 9

/**
 * Any number of things out of a list, as boxes to tick.
 *
 * @fires change - `value` has changed
 */
export class TeamChoiceList extends LitElement {
  static readonly tag = 'team-choice-list'
  static override styles = [baseStyles, formStyles, teamChoiceListStyles]
  static override properties = {
    label: {},
    hint: {},
    filterLabel: property,
    none: property,
    choices: property,
    value: property,
    disabled: { type: Boolean },
    wanted: state,
  }

  label = ''
  hint = ''
  filterLabel = ''
  /** What is said when nothing fits the filter. */
  none = ''
  choices: readonly NamedReference[] = []
  /** The ids that are chosen. */
  value: readonly string[] = []
  disabled = false

  private wanted = ''

  #toggle(id: string, isChosen: boolean): void {
    this.value = isChosen ? [...this.value, id] : this.value.filter((other) => other !== id)
    this.dispatchEvent(new Event('change'))
  }

  protected override render(): TemplateResult {
    const wanted = fold(this.wanted)
    const shown = this.choices.filter(({ name }) => fold(name).includes(wanted))
    return html`<fieldset aria-describedby=${this.hint === '' ? nothing : 'hint'}>
      <legend>
        ${this.label}
        ${this.value.length > 0 ? html`<span class="count">${this.value.length}</span>` : nothing}
      </legend>
      ${this.hint === '' ? nothing : html`<p class="hint" id="hint">${this.hint}</p>`}
      ${
        this.choices.length < FILTER_FROM
          ? nothing
          : html`<input
              type="search"
              aria-label=${this.filterLabel}
              placeholder=${this.filterLabel}
              autocomplete="off"
              .value=${this.wanted}
              @input=${({ target }: Event) => {
                this.wanted = (target as HTMLInputElement).value
              }}
            />`
      }
      <div class="choices">
        ${shown.map(
          ({ id, name }) =>
            html`<label>
              <input
                type="checkbox"
                .checked=${this.value.includes(id)}
                ?disabled=${this.disabled}
                @change=${({ target }: Event) => this.#toggle(id, (target as HTMLInputElement).checked)}
              />
              <span>${name}</span>
            </label>`,
        )}
        ${shown.length === 0 ? html`<p class="hint">${this.none}</p>` : nothing}
      </div>
    </fieldset>`
  }
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()
}

declare global {
  interface HTMLElementTagNameMap {
    'team-choice-list': TeamChoiceList
  }
}
