import { html, LitElement, nothing, type TemplateResult } from 'lit'

import { findPeople } from '../../api/people-api.ts'
import type { MemberRow } from '../../contract/index.ts'
import type { Desk } from '../../screens/desk.ts'
import { property, state } from '../../screens/reactive.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { formStyles } from '../parts/form.styles.ts'
import { teamPersonPickerStyles } from './team-person-picker.styles.ts'

const PAUSE_MS = 200

/** Somebody who is chosen; an id and a name are enough. */
export type PickedPerson = Pick<MemberRow, 'id' | 'displayName'>

/**
 * One active member, found by name or address. A combobox with a list, WAI-ARIA APG.
 *
 * @fires change - `value` has changed
 */
export class TeamPersonPicker extends LitElement {
  static readonly tag = 'team-person-picker'
  static override styles = [baseStyles, formStyles, teamPersonPickerStyles]
  static override properties = {
    desk: property,
    label: {},
    hint: {},
    except: {},
    value: property,
    found: state,
    isOpen: state,
    active: state,
    typed: state,
  }

  desk!: Desk
  label = ''
  hint = ''
  /** The id of somebody who can't be chosen. */
  except = ''
  value: PickedPerson | null = null

  private found: readonly MemberRow[] = []
  private isOpen = false
  private active = -1
  private typed: string | undefined

  #timer: ReturnType<typeof setTimeout> | undefined
  #asking: AbortController | undefined

  override focus(): void {
    this.renderRoot.querySelector('input')?.focus()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
    this.#asking?.abort()
  }

  #search(text: string): void {
    this.typed = text
    clearTimeout(this.#timer)
    this.#asking?.abort()
    if (text.trim() === '') {
      this.isOpen = false
      this.#pick(null)
      return
    }
    const asking = new AbortController()
    this.#asking = asking
    this.#timer = setTimeout(() => void this.#find(text.trim(), asking.signal), PAUSE_MS)
  }

  async #find(text: string, signal: AbortSignal): Promise<void> {
    try {
      const found = await findPeople(this.desk.api, text, signal)
      this.found = found.filter(({ id }) => id !== this.except)
      this.active = this.found.length > 0 ? 0 : -1
      this.isOpen = true
    } catch {
      if (!signal.aborted) this.isOpen = false
    }
  }

  #pick(person: PickedPerson | null): void {
    this.value = person
    if (person !== null) this.typed = undefined
    this.isOpen = false
    this.dispatchEvent(new Event('change'))
  }

  #onKey = (event: KeyboardEvent): void => {
    if (!this.isOpen) return
    const { found, active } = this
    if (event.key === 'ArrowDown') this.active = Math.min(active + 1, found.length - 1)
    else if (event.key === 'ArrowUp') this.active = Math.max(active - 1, 0)
    else if (event.key === 'Enter' && found[active] !== undefined) this.#pick(found[active])
    else if (event.key === 'Escape') this.isOpen = false
    else return
    // Escape here closes the list and not the dialog around it.
    event.preventDefault()
    event.stopPropagation()
  }

  protected override render(): TemplateResult {
    const { found, active, isOpen, value } = this
    return html`<div class="field">
      <label for="person">${this.label}</label>
      <input
        id="person"
        part="input"
        role="combobox"
        autocomplete="off"
        aria-autocomplete="list"
        aria-expanded=${isOpen}
        aria-controls="people"
        aria-activedescendant=${isOpen && active >= 0 ? `person-${active}` : nothing}
        aria-describedby="about"
        placeholder=${this.desk.text.messages.searchHint}
        .value=${this.typed ?? value?.displayName ?? ''}
        @input=${({ target }: Event) => this.#search((target as HTMLInputElement).value)}
        @keydown=${this.#onKey}
        @blur=${() => {
          this.isOpen = false
          this.typed = undefined
        }}
      />
      <ul id="people" role="listbox" aria-label=${this.label} ?hidden=${!isOpen}>
        ${found.map(
          (person, index) =>
            html`<li
              id="person-${index}"
              role="option"
              aria-selected=${index === active}
              @pointerdown=${(event: Event) => {
                event.preventDefault()
                this.#pick(person)
              }}
            >
              <bdi>${person.displayName}</bdi> <span class="hint">${person.email}</span>
            </li>`,
        )}
        ${
          isOpen && found.length === 0
            ? html`<li role="option" aria-selected="false" aria-disabled="true">
                ${this.desk.common.nobody}
              </li>`
            : nothing
        }
      </ul>
      <p id="about" class="hint">${this.hint}</p>
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-person-picker': TeamPersonPicker
  }
}
