import { html, nothing, type TemplateResult } from 'lit'

import type { Invitation } from '../../api/people-api.ts'
import type { InviteMessages } from '../../i18n/invite/invite-messages.ts'
import type { PersonMessages } from '../../i18n/person/person-messages.ts'
import type { Phrasing } from '../../i18n/phrasing.ts'
import { type ButtonLook, button } from '../parts/controls.ts'

/** Who was asked and did not come in time: they are no longer in the list, and are asked again here. */
export function expiredInvitations(
  invitations: readonly Invitation[],
  words: InviteMessages & { person: PersonMessages },
  { date }: Pick<Phrasing, 'date'>,
  look: ButtonLook,
  onResend: (invitation: Invitation) => void,
): TemplateResult | typeof nothing {
  if (invitations.length === 0) return nothing
  const { invitationExpired, resend } = words.person
  return html`<details>
    <summary>${words.expired(invitations.length)}</summary>
    <ul class="outcomes">
      ${invitations.map((invitation) => {
        const about = invitation.email ?? invitation.displayName
        return html`<li class="bad">
          <bdi>${about}</bdi>
          <span class="hint">${invitationExpired(date(new Date(invitation.expiresAt)))}</span>
          ${button(resend, () => onResend(invitation), { ...look, about })}
        </li>`
      })}
    </ul>
  </details>`
}
