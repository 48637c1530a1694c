import { html, nothing, type TemplateResult } from 'lit'

import type { AccessField, EditableMember, NamedReference, Role } from '../../contract/index.ts'
import type { PersonMessages } from '../../i18n/person/person-messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import type { RoleMessages } from '../../i18n/roles/role-messages.ts'
import type { Desk } from '../../screens/desk.ts'
import { choiceField } from '../parts/controls.ts'
import { checkField, refusalSentence, roleField } from '../parts/fields.ts'
import { isSupervisor, type MemberDraft } from './member-draft.ts'

/** What a form about a member is made of. */
export interface MemberForm {
  member: EditableMember
  draft: MemberDraft
  desk: Desk
  words: PersonMessages & { roles: RoleMessages }
}

/** Role, departments, channels and the supervisor right: what may be edited as fields, the rest as words and why. */
export function accessForm(
  { member, draft, desk, words, roles }: MemberForm & { roles: readonly Role[] },
  onEdit: (change: Partial<MemberDraft>) => void,
): TemplateResult {
  const { messages } = desk.text
  const isEditable = (field: AccessField): boolean =>
    !desk.isReadOnly && member.fields[field].editable
  const list = (
    field: 'departments' | 'channels',
    choices: readonly NamedReference[],
    hint: string,
  ): TemplateResult | typeof nothing =>
    choices.length === 0
      ? nothing
      : isEditable(field)
        ? choiceField(
            {
              label: messages[field],
              hint,
              choices,
              value: draft[field] ?? member[field].map(({ id }) => id),
              desk,
            },
            (value) => onEdit({ [field]: [...value] }),
          )
        : locked(
            messages[field],
            member[field].map(({ name }) => name).join(', '),
            field,
            member,
            desk,
            words,
          )
  return html`${
    isEditable('role')
      ? roleField(
          roles,
          {
            legend: desk.workspace.screen.labels[desk.text.locale].role,
            chosen: draft.role ?? member.role?.key,
            current: member.role?.key,
            words: words.roles,
            desk,
          },
          (role) => onEdit({ role }),
        )
      : locked(
          messages.role,
          member.role === null ? messages.noAccess : roleName(member.role, messages),
          'role',
          member,
          desk,
          words,
        )
  }
  ${list('departments', desk.workspace.departments, desk.common.noDepartmentHint)}
  ${list('channels', desk.workspace.channels, '')}
  ${
    isEditable('supervisor')
      ? checkField(
          {
            label: desk.common.supervisor,
            hint: desk.common.supervisorHint,
            checked: draft.supervisor ?? isSupervisor(member),
          },
          (supervisor) => onEdit({ supervisor }),
        )
      : isSupervisor(member)
        ? locked(
            desk.common.supervisor,
            desk.common.supervisorHint,
            'supervisor',
            member,
            desk,
            words,
          )
        : nothing
  }`
}

/** A value that can't be edited here, and who decides about it. */
function locked(
  label: string,
  value: string,
  field: AccessField,
  member: EditableMember,
  desk: Desk,
  words: PersonMessages,
): TemplateResult {
  return html`<div class="locked">
    <h3>${label}</h3>
    <p class="value"><bdi>${value === '' ? '–' : value}</bdi></p>
    ${desk.isReadOnly ? nothing : html`<p class="hint">${lockReason(member, field, words, desk)}</p>`}
  </div>`
}

/** Why a field can't be edited, in words. */
export function lockReason(
  member: EditableMember,
  field: keyof EditableMember['fields'],
  words: PersonMessages,
  desk: Pick<Desk, 'common'>,
): string {
  const { managedBy, reason } = member.fields[field]
  if (managedBy === 'directory' && member.managedBy !== null) {
    return words.locked(member.managedBy.name)
  }
  return refusalSentence(reason, desk) ?? ''
}
