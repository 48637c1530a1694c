import { html, type TemplateResult } from 'lit'

/** The words of a password field. */
export interface PasswordWords {
  showPassword: string
  suggestPassword: string
}

/** Letters and digits that nobody mistakes for others when they read them out. */
const alphabet = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789'
const SUGGESTED_LENGTH = 16

/** A password that somebody sets for another person: it can be seen, and one can be suggested. */
export function passwordField({
  label,
  hint,
  words,
  error,
  onInput,
}: {
  label: string
  hint: string
  words: PasswordWords
  error?: string | undefined
  onInput?: (value: string) => void
}): TemplateResult {
  return html`<div class="field">
    <label for="password">${label}</label>
    <input
      id="password"
      name="password"
      type="password"
      part="input"
      required
      minlength="10"
      maxlength="256"
      autocomplete="new-password"
      aria-describedby="password-about"
      aria-invalid=${error === undefined ? 'false' : 'true'}
      @input=${({ target }: Event) => onInput?.((target as HTMLInputElement).value)}
    />
    <p id="password-about" class=${error === undefined ? 'hint' : 'error'}>${error ?? hint}</p>
    <p class="line">
      <label class="line optional">
        <input
          type="checkbox"
          @change=${({ target }: Event) => {
            const box = target as HTMLInputElement
            fieldOf(box).type = box.checked ? 'text' : 'password'
          }}
        />
        ${words.showPassword}
      </label>
      <button
        type="button"
        class="plain"
        @click=${({ currentTarget }: Event) => {
          const input = fieldOf(currentTarget as Element)
          input.value = suggestion()
          input.type = 'text'
          onInput?.(input.value)
          input.select()
        }}
      >
        ${words.suggestPassword}
      </button>
    </p>
  </div>`
}

function fieldOf(element: Element): HTMLInputElement {
  return element.closest('.field')!.querySelector<HTMLInputElement>('#password')!
}

function suggestion(): string {
  // Of so large numbers the remainder prefers no letter by more than one in eighty million.
  const numbers = crypto.getRandomValues(new Uint32Array(SUGGESTED_LENGTH))
  return Array.from(numbers, (number) => alphabet[number % alphabet.length]).join('')
}
