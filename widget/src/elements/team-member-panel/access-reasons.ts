import { html, nothing, type TemplateResult } from 'lit'

import type { EditableMember, MemberGrant, MemberRow } from '../../contract/index.ts'
import type { Localization } from '../../i18n/locales.ts'
import type { PersonMessages } from '../../i18n/person/person-messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import { permissionName } from '../../i18n/roles/describe-role.ts'
import type { RoleMessages } from '../../i18n/roles/role-messages.ts'
import type { Desk } from '../../screens/desk.ts'

/** Its own words, and what roles are called by what they allow. */
type ReasonWords = PersonMessages & { roles: RoleMessages }

const kinds: readonly MemberGrant['kind'][] = ['role', 'department', 'channel', 'supervisor']

/** For every grant, who or what gave it and when; and what all of it lets the member do. */
export function accessReasons(
  member: EditableMember,
  /** What their role allows; undefined while nobody knows. */
  permissions: readonly string[] | undefined,
  desk: Pick<Desk, 'text' | 'common'>,
  words: ReasonWords,
): TemplateResult {
  const { grants, role, conversationAccess } = member
  return html`${role && html`<p class="info">${words.roles.sees[conversationAccess]}</p>`}
    ${
      grants.length === 0
        ? html`<p class="nothing">${words.noGrants}</p>`
        : kinds.map((kind) =>
            grantsOfKind(
              kind,
              grants.filter((grant) => grant.kind === kind),
              member,
              desk,
              words,
            ),
          )
    }
    <section>
      <h3>${words.permissions}</h3>
      ${
        role === null
          ? html`<p class="hint">${words.noPermissions}</p>`
          : html`<ul class="permissions">
              ${permissions?.map((key) => html`<li>${permissionName(key, words.roles)}</li>`)}
            </ul>`
      }
    </section>`
}

function grantsOfKind(
  kind: MemberGrant['kind'],
  grants: readonly MemberGrant[],
  member: MemberRow,
  { text, common }: Pick<Desk, 'text' | 'common'>,
  words: ReasonWords,
): TemplateResult | typeof nothing {
  if (grants.length === 0) return nothing
  const { messages } = text
  const headings: Record<MemberGrant['kind'], string> = {
    role: messages.role,
    department: messages.departments,
    channel: messages.channels,
    supervisor: common.supervisor,
  }
  return html`<section>
    <h3>${headings[kind]}</h3>
    <ul class="grants">
      ${grants.map((grant) => grantItem(grant, member, text, words))}
    </ul>
  </section>`
}

function grantItem(
  grant: MemberGrant,
  member: MemberRow,
  { messages, phrasing }: Localization,
  words: ReasonWords,
): TemplateResult {
  const { value } = grant
  const since = new Date(grant.since)
  return html`<li class=${grant.effective ? 'effective' : 'outweighed'}>
    <span class="value">${value === null ? words.roles.sees.all : roleName(value, messages)}</span>
    <span class="why"
      >${sourceInWords(grant, member, words)} ·
      <time datetime=${grant.since} title=${phrasing.dateAndTime(since)}
        >${words.since(phrasing.date(since))}</time
      ></span
    >
    ${grant.effective ? nothing : html`<span class="mark">${words.notEffective}</span>`}
  </li>`
}

function sourceInWords(
  { source }: MemberGrant,
  { managedBy }: MemberRow,
  words: PersonMessages,
): string {
  switch (source.kind) {
    case 'mapping_rule':
      return source.groupName === null
        ? words.grantedByRule
        : words.grantedByGroup(source.groupName, managedBy?.name ?? null)
    case 'local':
      return words.grantedByHand
    case 'invitation':
      return words.grantedByInvitation
    case 'department':
      return words.grantedByDepartment
    case 'connection_default':
      return words.grantedByDefault
    default:
      return source satisfies never
  }
}
