import { html, nothing, type TemplateResult } from 'lit'

import type { AccessDifference } from '../../api/settings-api.ts'
import type { Phrasing } from '../../i18n/phrasing.ts'
import { permissionName } from '../../i18n/roles/describe-role.ts'
import type { RoleMessages } from '../../i18n/roles/role-messages.ts'
import type { SettingsMessages } from '../../i18n/settings/settings-messages.ts'

/** What would change for people, before it does. */
export function differenceNotice(
  difference: AccessDifference | undefined,
  words: SettingsMessages & { roles?: RoleMessages },
  { list }: Pick<Phrasing, 'list'>,
): TemplateResult | typeof nothing {
  if (difference === undefined) return nothing
  const { changed, gainAccess, loseAccess, permissions } = difference
  const { roles } = words
  const names = (keys: readonly string[]): string =>
    list(keys.map((key) => (roles === undefined ? key : permissionName(key, roles))))
  return html`<div class="info" role="status">
    <p><strong>${changed === 0 ? words.nobodyChanges : words.difference(changed)}</strong></p>
    ${loseAccess > 0 ? html`<p class="error">${words.loses(loseAccess)}</p>` : nothing}
    ${gainAccess > 0 ? html`<p>${words.gains(gainAccess)}</p>` : nothing}
    ${(permissions?.gained.length ?? 0) > 0 ? html`<p>${words.gainsPermissions(names(permissions?.gained ?? []))}</p>` : nothing}
    ${(permissions?.lost.length ?? 0) > 0 ? html`<p>${words.losesPermissions(names(permissions?.lost ?? []))}</p>` : nothing}
  </div>`
}
