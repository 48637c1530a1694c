import { html, nothing, type TemplateResult } from 'lit'

import type { InviteField, Role } from '../../contract/index.ts'
import type { InviteMessages } from '../../i18n/invite/invite-messages.ts'
import type { PersonMessages } from '../../i18n/person/person-messages.ts'
import type { RoleMessages } from '../../i18n/roles/role-messages.ts'
import type { Desk } from '../../screens/desk.ts'
import { choiceField } from '../parts/controls.ts'
import { checkField, roleField, textField } from '../parts/fields.ts'
import { passwordField } from '../parts/password-field.ts'
import type { CheckedAddress, TeamAddresses } from '../team-addresses/team-addresses.ts'

/** What was entered beside the addresses. */
export interface InviteDraft {
  givenName?: string
  familyName?: string
  displayName?: string
  jobTitle?: string
  phone?: string
  language?: string
  password?: string
  message?: string
  /** A role's key. */
  role?: string
  departments?: readonly string[]
  channels?: readonly string[]
  supervisor?: boolean
}

/** One line of text that stands beside others. */
type ShortField = 'givenName' | 'familyName' | 'jobTitle' | 'phone' | 'language'

type TextDraft = ShortField | 'displayName'

function isShort(field: InviteField): field is ShortField {
  return /^(?:given|family|job|phone|language)/.test(field)
}

/** Whether a field says something about one person. */
export function isPersonal(field: InviteField): boolean {
  return /Name|jobTitle|phone|password/.test(field)
}

/** The fields that the inbox asks for, in its order. */
export function inviteFields({
  fields,
  addresses,
  draft,
  missing,
  roles,
  passwordError,
  isOne,
  desk,
  words,
  onAddresses,
  onDraft,
}: {
  fields: readonly InviteField[]
  addresses: readonly CheckedAddress[]
  draft: InviteDraft
  missing: ReadonlySet<InviteField>
  roles: readonly Role[]
  passwordError: string | undefined
  /** Whether only one person can be added at once. */
  isOne: boolean
  desk: Desk
  words: InviteMessages & { roles: RoleMessages; person: PersonMessages }
  onAddresses: (addresses: readonly CheckedAddress[]) => void
  onDraft: (change: Partial<InviteDraft>) => void
}): (TemplateResult | typeof nothing)[] {
  const text = (field: TextDraft): TemplateResult =>
    textField(
      {
        id: field,
        label: field === 'displayName' ? words.fields[field] : words.person.profile[field],
        value: draft[field] ?? '',
        isOptional: field !== 'displayName',
        ...(field === 'displayName' ? { hint: words.person.signatureHint } : {}),
        onInput: (value) => onDraft({ [field]: value }),
      },
      desk,
    )
  const list = (field: 'departments' | 'channels'): TemplateResult | typeof nothing => {
    const choices = desk.workspace[field]
    return choices.length === 0
      ? nothing
      : choiceField(
          {
            label: desk.text.messages[field],
            hint: field === 'departments' ? desk.common.noDepartmentHint : '',
            choices,
            value: draft[field] ?? [],
            desk,
          },
          (value) => onDraft({ [field]: [...value] }),
        )
  }
  const templates: Record<
    Exclude<InviteField, ShortField>,
    () => TemplateResult | typeof nothing
  > = {
    displayName: () => html`<div class="wide">${text('displayName')}</div>`,
    email: () =>
      html`<team-addresses
        class="wide"
        .label=${words.fields.email}
        .hint=${isOne ? '' : words.emailsHint}
        .error=${missing.has('email') ? words.needsAddress : ''}
        .words=${words}
        .value=${addresses}
        @change=${({ currentTarget }: Event) => onAddresses((currentTarget as TeamAddresses).value)}
      ></team-addresses>`,
    role: () =>
      html`<div class="wide">
        ${roleField(
          roles,
          {
            legend: desk.workspace.screen.labels[desk.text.locale].role,
            chosen: draft.role,
            words: words.roles,
            desk,
          },
          (role) => onDraft({ role }),
        )}
      </div>`,
    password: () =>
      html`<div class="wide">
        ${passwordField({
          label: words.fields.password,
          words: desk.common,
          error: passwordError,
          onInput: (password) => onDraft({ password }),
        })}
      </div>`,
    departments: () => list('departments'),
    channels: () => list('channels'),
    supervisor: () =>
      html`<div class="wide">
        ${checkField(
          {
            label: desk.common.supervisor,
            hint: desk.common.supervisorHint,
            checked: draft.supervisor ?? false,
            disabled: !desk.can('give-supervisor'),
          },
          (supervisor) => onDraft({ supervisor }),
        )}
      </div>`,
    message: () =>
      html`<div class="field wide">
        <label for="message"
          >${words.fields.message} <span class="optional">(${desk.common.optional})</span></label
        >
        <textarea
          id="message"
          maxlength="1000"
          dir="auto"
          aria-describedby="message-about"
          .value=${draft.message ?? ''}
          @input=${({ target }: Event) => onDraft({ message: (target as HTMLTextAreaElement).value })}
        ></textarea>
        <p class="hint" id="message-about">${words.messageHint}</p>
      </div>`,
  }
  return fields.map((field) => (isShort(field) ? text(field) : templates[field]()))
}
