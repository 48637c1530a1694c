import { html, type TemplateResult } from 'lit'

import type { RoleList } from '../../contract/index.ts'
import type { Messages } from '../../i18n/messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import { permissionName } from '../../i18n/roles/describe-role.ts'
import type { RoleMessages } from '../../i18n/roles/role-messages.ts'
import type { SettingsMessages } from '../../i18n/settings/settings-messages.ts'
import { groupPermissions } from './permission-groups.ts'

/** Every permission of every role, side by side. */
export function roleMatrix(
  { roles, permissions }: RoleList,
  messages: Messages,
  words: SettingsMessages & { roles: RoleMessages },
): TemplateResult {
  return html`<div class="matrix" role="region" aria-label=${words.showMatrix} tabindex="0">
    <table>
      <thead>
        <tr>
          <td></td>
          ${roles.map((role) => html`<th scope="col">${roleName({ ...role, builtIn: role.isPreset }, messages)}</th>`)}
        </tr>
      </thead>
      ${groupPermissions(permissions).map(
        ([group, keys]) =>
          html`<tbody>
            <tr>
              <th scope="rowgroup" colspan=${roles.length + 1} class="group">
                ${words.groups[group]}
              </th>
            </tr>
            ${keys.map(
              (key) =>
                html`<tr>
                  <th scope="row">${permissionName(key, words.roles)}</th>
                  ${roles.map((role) => {
                    const may = role.permissions.includes(key)
                    return html`<td class=${may ? 'yes' : 'no'}>
                      <span class="visually-hidden">${may ? words.yes : words.no}</span>
                    </td>`
                  })}
                </tr>`,
            )}
          </tbody>`,
      )}
    </table>
  </div>`
}
