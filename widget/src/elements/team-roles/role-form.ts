import { html, type TemplateResult } from 'lit'

import type { RoleEdit } from '../../api/settings-api.ts'
import type { ConversationAccess, Role, RoleList } from '../../contract/index.ts'
import { permissionName } from '../../i18n/roles/describe-role.ts'
import type { RoleMessages } from '../../i18n/roles/role-messages.ts'
import type { SettingsMessages } from '../../i18n/settings/settings-messages.ts'
import type { Desk } from '../../screens/desk.ts'
import { textField } from '../parts/fields.ts'
import { groupPermissions } from './permission-groups.ts'

/** What is entered about a role. */
export interface RoleDraft {
  name: string
  permissions: readonly string[]
  grantable: readonly string[]
  conversationAccess: ConversationAccess
}

const accesses: readonly ConversationAccess[] = ['own', 'departments', 'all']

/** What of a draft differs from the role; undefined when nothing does. */
export function editOfRole(draft: RoleDraft, role: Role, name: string): RoleEdit | undefined {
  const edit: RoleEdit = {
    ...(draft.name.trim() === name ? {} : { name: draft.name.trim() }),
    ...(isSame(draft.permissions, role.permissions) ? {} : { permissions: draft.permissions }),
    ...(isSame(draft.grantable, role.grantable) ? {} : { grantable: draft.grantable }),
    ...(draft.conversationAccess === role.conversationAccess
      ? {}
      : { conversationAccess: draft.conversationAccess }),
  }
  return Object.keys(edit).length === 0 ? undefined : edit
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.toSorted().join() === right.toSorted().join()
}

function toggle(all: readonly string[], one: string, isOn: boolean): string[] {
  return isOn ? [...all, one] : all.filter((other) => other !== one)
}

/** A key made of a name, one that no role has. */
export function roleKey(name: string, roles: readonly Pick<Role, 'key'>[]): string {
  const base =
    name
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z\d]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 56)
      .replace(/-+$/, '') || 'role'
  const taken = new Set(roles.map(({ key }) => key))
  let key = base
  for (let number = 2; taken.has(key); number += 1) key = `${base}-${number}`
  return key
}

/** Name, conversations, permissions and which roles may be given; of a built-in role only the name. */
export function roleForm(
  {
    role,
    draft,
    list,
    isLocked,
    nameOf,
    desk,
    words,
  }: {
    role: Role
    draft: RoleDraft
    list: RoleList
    isLocked: boolean
    nameOf: (role: Role) => string
    desk: Desk
    words: SettingsMessages & { roles: RoleMessages }
  },
  onEdit: (change: Partial<RoleDraft>) => void,
): TemplateResult {
  const box = (label: string, key: string, field: 'permissions' | 'grantable'): TemplateResult =>
    html`<label class="permission">
      <input
        type="checkbox"
        .checked=${draft[field].includes(key)}
        ?disabled=${isLocked}
        @change=${({ target }: Event) =>
          onEdit({ [field]: toggle(draft[field], key, (target as HTMLInputElement).checked) })}
      />
      ${label}
    </label>`
  return html`${isLocked ? html`<p class="info">${words.builtInHint}</p>` : ''}
    ${textField(
      {
        id: 'name',
        label: words.itsName,
        value: draft.name,
        onInput: (name) => onEdit({ name }),
      },
      desk,
    )}
    <fieldset>
      <legend>${words.seesLabel}</legend>
      <div class="line">
        ${accesses.map(
          (access) =>
            html`<label class="permission">
              <input
                type="radio"
                name="sees"
                .checked=${draft.conversationAccess === access}
                ?disabled=${isLocked}
                @change=${() => onEdit({ conversationAccess: access })}
              />
              ${words.sees[access]}
            </label>`,
        )}
      </div>
    </fieldset>
    ${groupPermissions(list.permissions).map(
      ([group, keys]) =>
        html`<fieldset>
          <legend>${words.groups[group]}</legend>
          <div class="grid">
            ${keys.map((key) => box(permissionName(key, words.roles), key, 'permissions'))}
          </div>
        </fieldset>`,
    )}
    <fieldset>
      <legend>${words.grantable}</legend>
      <p class="hint">${words.grantableHint}</p>
      <div class="grid">
        ${list.roles
          .filter(({ key }) => key !== 'owner' || role.key === 'owner')
          .map((other) => box(nameOf(other), other.key, 'grantable'))}
      </div>
    </fieldset>`
}
