import { html, nothing, type TemplateResult } from 'lit'

import { type Invitation, setPassword } from '../../api/people-api.ts'
import type { EditableMember } from '../../contract/index.ts'
import type { SaveController } from '../../controllers/save-controller.ts'
import type { PersonMessages } from '../../i18n/person/person-messages.ts'
import type { Desk } from '../../screens/desk.ts'
import { button } from '../parts/controls.ts'
import { passwordField } from '../parts/password-field.ts'
import { secretField } from '../parts/secret-field.ts'
import { deedsFor, doDeed } from '../team-member-menu/member-deeds.ts'

/** Invitation, sessions, password, suspension and the end: whatever of it the server offers. */
export function accountActions({
  member,
  invitation,
  link,
  save,
  desk,
  words,
  onDone,
  onRevoke,
}: {
  member: EditableMember
  invitation: Invitation | undefined
  link: string | undefined
  save: SaveController
  desk: Desk
  words: PersonMessages
  onDone: (link: string | undefined) => void
  onRevoke: () => void
}): TemplateResult {
  const deeds = desk.isReadOnly ? [] : deedsFor(member, invitation, words)
  const actions = desk.isReadOnly ? [] : member.can.actions
  const mayRemove = actions.includes('remove') && member.state !== 'invited'
  const maySetPassword = actions.includes('set-password')
  const row = (
    label: string,
    hint: string,
    run: () => void,
    isDangerous: boolean,
  ): TemplateResult =>
    html`<li class="deed">
      <p class="hint">${hint}</p>
      ${button(label, run, { kind: isDangerous ? 'danger' : undefined, isDisabled: save.isBlocked })}
    </li>`
  return html`${invitation && invitationState(invitation, desk, words)}
    ${
      link === undefined
        ? nothing
        : secretField(link, { label: words.copyLink, hint: words.copyLinkHint }, desk)
    }
    ${
      deeds.length === 0 && !mayRemove && !maySetPassword
        ? html`<p class="info">${words.nothingToDo}</p>`
        : nothing
    }
    ${
      maySetPassword
        ? html`<form
            class="password"
            @submit=${(event: SubmitEvent) => void putPassword(event, member, { save, desk, words })}
          >
            ${passwordField({ label: words.newPassword, hint: words.passwordHint, words: desk.common })}
            <button type="submit" part="button" ?disabled=${save.isBlocked}>
              ${words.setPassword}
            </button>
          </form>`
        : nothing
    }
    <ul class="deeds">
      ${deeds.map(({ deed, label, hint, isDangerous }) =>
        row(
          label,
          hint,
          () => void save.run(async (key) => onDone(await doDeed(deed, member, desk, words, key))),
          isDangerous,
        ),
      )}
      ${mayRemove ? row(words.remove, words.removeHint, onRevoke, true) : nothing}
    </ul> `
}

async function putPassword(
  event: SubmitEvent,
  { id, displayName }: EditableMember,
  { save, desk, words }: { save: SaveController; desk: Desk; words: PersonMessages },
): Promise<void> {
  event.preventDefault()
  const form = event.currentTarget as HTMLFormElement
  const password = form.querySelector<HTMLInputElement>('#password')?.value ?? ''
  const about = { memberId: id, action: 'set-password' }
  if (!desk.before('update', about)) return
  const isDone = await save.run(() => setPassword(desk.api, id, password))
  if (!isDone) return
  form.reset()
  desk.after('update', about)
  desk.toast(words.passwordSet(displayName))
}

function invitationState(
  { state, expiresAt, delivery }: Invitation,
  { text }: Desk,
  words: PersonMessages,
): TemplateResult {
  const date = text.phrasing.dateAndTime(new Date(expiresAt))
  return html`<p class="info">
    ${state === 'expired' ? words.invitationExpired(date) : words.invitedUntil(date)}
    ${delivery.state === 'failed' ? html`<strong class="error">${words.deliveryFailed}</strong>` : nothing}
  </p>`
}
