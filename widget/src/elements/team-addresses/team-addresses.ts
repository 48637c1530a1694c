import { html, LitElement, nothing, type TemplateResult } from 'lit'

import type { InviteMessages } from '../../i18n/invite/invite-messages.ts'
import { property } from '../../screens/reactive.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { formStyles } from '../parts/form.styles.ts'
import { parseAddresses, type TypedAddress } from './parse-addresses.ts'
import { teamAddressesStyles } from './team-addresses.styles.ts'

/** What is wrong with an address, if anything. */
export type AddressCheck = keyof InviteMessages['addressChecks']

/** An address of the list, with what was found out about it. */
export interface CheckedAddress extends TypedAddress {
  check: AddressCheck | undefined
  /** Why the server refused it, where it did. */
  reason?: string | undefined
}

/**
 * Addresses as tokens: typed one after the other or pasted as a list, each with what is wrong about it.
 *
 * @fires change - `value` has changed
 */
export class TeamAddresses extends LitElement {
  static readonly tag = 'team-addresses'
  static override styles = [baseStyles, formStyles, teamAddressesStyles]
  static override properties = {
    label: {},
    hint: {},
    error: {},
    words: property,
    value: property,
  }

  label = ''
  hint = ''
  error = ''
  words!: InviteMessages
  value: readonly CheckedAddress[] = []

  /** Takes what is still in the input for an address, too. */
  commit(): void {
    const input = this.#input
    if (input === null || input.value.trim() === '') return
    this.#add(input.value)
    input.value = ''
  }

  override focus(): void {
    this.#input?.focus()
  }

  get #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input')
  }

  #add(text: string): void {
    const known = new Set(this.value.map((one) => one.text.toLowerCase()))
    const added = parseAddresses(text).map((one): CheckedAddress => {
      const key = one.text.toLowerCase()
      const check = !one.isValid ? 'invalid' : known.has(key) ? 'repeated' : undefined
      known.add(key)
      return { ...one, check }
    })
    this.#change([...this.value, ...added])
  }

  #remove(index: number): void {
    this.#change(this.value.toSpliced(index, 1))
    this.focus()
  }

  #change(value: readonly CheckedAddress[]): void {
    const seen = new Set<string>()
    this.value = value.map((one) => {
      const key = one.text.toLowerCase()
      const isRepeated = seen.has(key)
      seen.add(key)
      // The one that stays is no repetition any more.
      return one.check === 'repeated' && !isRepeated ? { ...one, check: undefined } : one
    })
    this.dispatchEvent(new Event('change'))
  }

  #onKey = (event: KeyboardEvent): void => {
    const input = event.currentTarget as HTMLInputElement
    const isEnd = ['Enter', ',', ';'].includes(event.key)
    const isSpaceAfterAddress = event.key === ' ' && input.value.includes('@')
    if ((isEnd || isSpaceAfterAddress) && input.value.trim() !== '' && !event.isComposing) {
      event.preventDefault()
      this.commit()
    } else if (event.key === 'Backspace' && input.value === '' && this.value.length > 0) {
      event.preventDefault()
      input.value = this.value.at(-1)?.text ?? ''
      this.#change(this.value.slice(0, -1))
    }
  }

  #onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData('text/plain') ?? ''
    // A single address may be corrected before it becomes a token.
    if (!/[\n\r\t,;]|@.*@/.test(text)) return
    event.preventDefault()
    this.#add(text)
  }

  protected override render(): TemplateResult {
    const { words, value } = this
    const wrong = value.filter(({ check }) => check !== undefined).length
    const counts = [
      value.length > 1 ? words.addressCount(value.length) : '',
      wrong > 0 ? words.wrongCount(wrong) : '',
    ].filter((text) => text !== '')
    return html`<div class="field">
      <label for="addresses">${this.label}</label>
      <div class="box" @click=${this.#onBox}>
        <ul>
          ${value.map(
            ({ text, name, check, reason }, index) =>
              html`<li class=${check === undefined ? nothing : 'wrong'}>
                <bdi title=${name ?? nothing}>${text}</bdi>
                ${check && html`<span class="why">${reason ?? words.addressChecks[check]}</span>`}
                <button
                  type="button"
                  aria-label=${words.removeAddress(text)}
                  title=${words.removeAddress(text)}
                  @click=${() => this.#remove(index)}
                >
                  <svg viewBox="0 0 16 16" aria-hidden="true"><path d="m5 5 6 6m0-6-6 6" /></svg>
                </button>
              </li>`,
          )}
        </ul>
        <input
          id="addresses"
          name="email"
          type="email"
          inputmode="email"
          multiple
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          part="input"
          aria-describedby="about"
          aria-invalid=${this.error === '' ? nothing : 'true'}
          @keydown=${this.#onKey}
          @paste=${this.#onPaste}
          @blur=${() => this.commit()}
        />
      </div>
      <p id="about" class=${this.error === '' ? 'hint' : 'error'}>
        ${this.error === '' ? this.hint : this.error}
      </p>
      <p class="hint" role="status">${counts.join(', ')}</p>
    </div>`
  }

  #onBox = (event: Event): void => {
    if (event.target === event.currentTarget || (event.target as Element).matches('ul'))
      this.focus()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-addresses': TeamAddresses
  }
}
