import { html, nothing, type TemplateResult } from 'lit'

import type { NamedReference } from '../../contract/index.ts'
import type { Desk } from '../../screens/desk.ts'
import type { TeamChoiceList } from '../team-choice-list/team-choice-list.ts'

/** How a button looks and what it is called. */
export interface ButtonLook {
  kind?: 'primary' | 'danger' | 'danger primary' | 'plain' | undefined
  /** Whom or what it is about, where the label alone doesn't say. */
  about?: string | undefined
  isDisabled?: boolean
}

/** A button that does something at once. */
export function button(
  label: string,
  onClick: (event: Event) => unknown,
  { kind, about, isDisabled = false }: ButtonLook = {},
): TemplateResult {
  return html`<button
    type="button"
    part="button"
    class=${kind ?? nothing}
    aria-label=${about === undefined ? nothing : `${label}: ${about}`}
    ?disabled=${isDisabled}
    @click=${onClick}
  >
    ${label}
  </button>`
}

/** One of some, by name; the empty choice comes first where there is a word for it. */
export function selectField(
  {
    id,
    label,
    value,
    choices,
    none,
    isDisabled = false,
  }: {
    id: string
    label: string
    value: string | null
    choices: readonly (readonly [id: string, name: string])[]
    none?: string | undefined
    isDisabled?: boolean
  },
  onChange: (value: string) => void,
): TemplateResult {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <select
      id=${id}
      ?disabled=${isDisabled}
      @change=${({ target }: Event) => onChange((target as HTMLSelectElement).value)}
    >
      ${none && html`<option value="">${none}</option>`}
      ${choices.map(
        ([key, name]) => html`<option value=${key} .selected=${key === value}>${name}</option>`,
      )}
    </select>
  </div>`
}

/** Some of many, by name. */
export function choiceField(
  {
    label,
    hint = '',
    choices,
    value,
    desk,
    isDisabled = false,
  }: {
    label: string
    hint?: string | undefined
    choices: readonly NamedReference[]
    value: readonly string[]
    desk: Pick<Desk, 'common' | 'text'>
    isDisabled?: boolean
  },
  onChange: (value: readonly string[]) => void,
): TemplateResult {
  const { common, text } = desk
  return html`<team-choice-list
    class="wide"
    .label=${label}
    .hint=${hint}
    .filterLabel=${common.filterList(label.toLocaleLowerCase(text.tag))}
    .none=${common.nobody}
    .choices=${choices}
    .value=${value}
    ?disabled=${isDisabled}
    @change=${({ currentTarget }: Event) => onChange((currentTarget as TeamChoiceList).value)}
  ></team-choice-list>`
}
