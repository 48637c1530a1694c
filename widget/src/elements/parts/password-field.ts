import { html, type TemplateResult } from 'lit'

/** The words of a password field. */
export interface PasswordWords {
  showPassword: string
  suggestPassword: string
  refusals: { 'password-too-short': string }
}

/** A password that somebody sets for another person: it can be seen, and one can be suggested. */
export function passwordField({
  label,
  words,
  hint = words.refusals['password-too-short'],
  error,
  onInput,
}: {
  label: string
  hint?: string
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

/** Seventy-four random bits in groups of digits and few letters, which nobody mistakes for others when they read them out. */
function suggestion(): string {
  return crypto.randomUUID().slice(0, 23)
}
