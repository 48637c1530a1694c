import { html, nothing, type TemplateResult } from 'lit'

import { ApiError } from '../../api/api-error.ts'
import type { Role, RoleReference } from '../../contract/index.ts'
import type { SaveController } from '../../controllers/save-controller.ts'
import type { Notice } from '../../i18n/messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import { describeRole } from '../../i18n/roles/describe-role.ts'
import type { RoleMessages } from '../../i18n/roles/role-messages.ts'
import type { Desk } from '../../screens/desk.ts'

/** One line of text and what is to be known about it. */
export interface TextField {
  id: string
  label: string
  value: string
  onInput?: (value: string) => void
  type?: 'text' | 'email' | 'tel' | 'url' | 'search' | 'password'
  hint?: string
  error?: string | undefined
  isReadOnly?: boolean
  isOptional?: boolean
  autocomplete?: AutoFill
}

/** A labelled input whose hint and error belong to it for whoever listens. */
export function textField(field: TextField, { common }: Pick<Desk, 'common'>): TemplateResult {
  const { id, label, value, onInput, type = 'text', hint, error, isReadOnly = false } = field
  const about = error ?? hint
  return html`<div class="field">
    <label for=${id}
      >${label}${field.isOptional === true ? html` <span class="optional">(${common.optional})</span>` : nothing}</label
    >
    <input
      id=${id}
      name=${id}
      part="input"
      type=${type}
      dir="auto"
      maxlength="320"
      autocomplete=${field.autocomplete ?? 'off'}
      ?readonly=${isReadOnly}
      aria-invalid=${error === undefined ? nothing : 'true'}
      aria-describedby=${about === undefined ? nothing : `${id}-about`}
      .value=${value}
      @input=${({ target }: Event) => onInput?.((target as HTMLInputElement).value)}
    />
    ${
      about === undefined
        ? nothing
        : html`<p id="${id}-about" class=${error === undefined ? 'hint' : 'error'}>${about}</p>`
    }
  </div>`
}

/** A box to tick with a sentence under it. */
export function checkField(
  field: { label: string; hint?: string; checked: boolean; disabled?: boolean },
  onChange: (checked: boolean) => void,
): TemplateResult {
  return html`<label class="option">
    <input
      type="checkbox"
      .checked=${field.checked}
      ?disabled=${field.disabled ?? false}
      @change=${({ target }: Event) => onChange((target as HTMLInputElement).checked)}
    />
    <span class="name">${field.label}</span>
    ${field.hint && html`<span class="hint">${field.hint}</span>`}
  </label>`
}

/** The roles as a radio group; those that the person may not give are there and say so. */
export function roleField(
  roles: readonly (RoleReference | Role)[],
  {
    legend,
    chosen,
    current,
    words,
    desk,
    isDisabled = false,
  }: {
    legend: string
    chosen: string | undefined
    /** What the member has already, which may stay whatever one may give. */
    current?: string | undefined
    words: RoleMessages
    desk: Desk
    isDisabled?: boolean
  },
  onChange: (key: string) => void,
): TemplateResult {
  const { messages, phrasing } = desk.text
  const { grantableRoles } = desk.workspace.can
  return html`<fieldset>
    <legend>${legend}</legend>
    ${roles.map((role) => {
      const mayGive = grantableRoles.includes(role.key) || role.key === current
      const reference = desk.workspace.roles.find(({ id }) => id === role.id) ?? role
      const about = [
        'permissions' in role ? describeRole(role, words, phrasing) : '',
        mayGive ? '' : words.notGrantable,
      ].filter((text) => text !== '')
      return html`<label class="option">
        <input
          type="radio"
          name="role"
          .value=${role.key}
          aria-describedby="about-${role.key}"
          .checked=${role.key === chosen}
          ?disabled=${!mayGive || isDisabled}
          @change=${() => onChange(role.key)}
        />
        <span class="name">${roleName(reference, messages)}</span>
        <span class="hint" id="about-${role.key}">${about.join('. ')}</span>
      </label>`
    })}
  </fieldset>`
}

/** Why nothing was saved, in words a person can act on. */
export function saveNotice(
  { error: failed, wait }: Pick<SaveController, 'error' | 'wait'>,
  { common, text }: Pick<Desk, 'common' | 'text'>,
): TemplateResult | typeof nothing {
  // Without a line it is said before anybody tries.
  const error = navigator.onLine ? failed : new ApiError('unreachable')
  if (error === undefined) return nothing
  const problems: Partial<Record<string, Partial<Notice>>> = common.problems
  const { title, text: sentence } = {
    ...text.messages.problems[error.kind],
    ...problems[error.kind],
  }
  const known = refusalSentence(error.problem.reason, { common })
  const subject = /\(([^()]{1,200})\)$/.exec(error.problem.detail ?? '')?.[1]
  return html`<div class="notice ${error.kind}" role="alert">
    <p>
      <strong>${title}.</strong> ${known ?? sentence}
      ${known === undefined || subject === undefined ? nothing : html`<bdi>(${subject})</bdi>`}
      ${wait > 0 ? common.tryAgainIn(wait) : nothing}
    </p>
    ${
      error.requestId === null || known !== undefined
        ? nothing
        : html`<p class="request-id">${text.messages.requestId(error.requestId)}</p>`
    }
  </div>`
}

/** What a stable reason of the server means; undefined for one that we have no words for. */
export function refusalSentence(
  reason: string | null | undefined,
  { common }: Pick<Desk, 'common'>,
): string | undefined {
  const known: Partial<Record<string, string>> = common.refusals
  return known[reason ?? '']
}
