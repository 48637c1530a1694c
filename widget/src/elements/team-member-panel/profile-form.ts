import { html, nothing, type TemplateResult } from 'lit'

import type { ProfileField } from '../../contract/index.ts'
import { textField } from '../parts/fields.ts'
import { lockReason, type MemberForm } from './access-form.ts'
import type { MemberDraft } from './member-draft.ts'

const fields: readonly ProfileField[] = [
  'displayName',
  'givenName',
  'familyName',
  'signatureName',
  'jobTitle',
  'phone',
  'language',
  'timeZone',
  'avatarUrl',
]

const types: Partial<Record<ProfileField, 'tel' | 'url'>> = { phone: 'tel', avatarUrl: 'url' }

/** The member's own facts; a field that somebody else decides about says who. */
export function profileForm(
  { member, draft, desk, words }: MemberForm,
  onEdit: (change: Partial<MemberDraft>) => void,
): TemplateResult {
  const hints: Partial<Record<ProfileField, string>> = {
    signatureName: words.signatureHint,
    language: words.languageHint,
    timeZone: words.timeZoneHint,
    avatarUrl: words.avatarHint,
  }
  const reasons = new Set(fields.map((field) => member.fields[field].reason))
  // One sentence for all where all have the same reason.
  const common = reasons.size === 1 ? [...reasons][0] : undefined
  return html`${
      common === undefined || common === null || desk.isReadOnly
        ? nothing
        : html`<p class="info">${lockReason(member, 'displayName', words, desk)}</p>`
    }
    <div class="grid">
      ${fields.map((field) => {
        const isReadOnly = desk.isReadOnly || !member.fields[field].editable
        const hint = isReadOnly
          ? common === undefined
            ? lockReason(member, field, words, desk)
            : undefined
          : hints[field]
        return textField(
          {
            id: field,
            label: words.profile[field],
            value: draft.profile[field] ?? member.profile[field] ?? '',
            type: types[field] ?? 'text',
            isReadOnly,
            ...(hint === undefined || hint === '' ? {} : { hint }),
            onInput: (value) => onEdit({ profile: { ...draft.profile, [field]: value } }),
          },
          desk,
        )
      })}
    </div>`
}
