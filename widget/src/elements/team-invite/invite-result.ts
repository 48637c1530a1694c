import { html, nothing, type TemplateResult } from 'lit'

import type { InviteMessages } from '../../i18n/invite/invite-messages.ts'
import type { Desk } from '../../screens/desk.ts'
import { button } from '../parts/controls.ts'
import { refusalSentence } from '../parts/fields.ts'
import type { InvitationAnswer } from './invitees.ts'

/** What became of each address. */
export function inviteResult(
  {
    answer,
    created,
    desk,
    words,
  }: {
    answer: InvitationAnswer | undefined
    created: string | undefined
    desk: Desk
    words: InviteMessages
  },
  onCorrect: () => void,
): TemplateResult {
  return html`<div class="visually-hidden" id="said" role="status"></div>
    ${
      created &&
      html`<h3>${words.createdTitle(created)}</h3>
        <p>${words.createdText}</p>`
    }
    ${answer && answered(answer, desk, words, onCorrect)}`
}

function answered(
  { invited, refused }: InvitationAnswer,
  desk: Desk,
  words: InviteMessages,
  onCorrect: () => void,
): TemplateResult {
  return html`<section>
      <h3>${words.invitedTitle(invited.length)}</h3>
      <ul class="outcomes">
        ${invited.map(
          ({ email, cameBack }) =>
            html`<li class="good">
              <bdi>${email}</bdi>
              <span class="hint">${cameBack ? words.cameBack : words.mailUnderway}</span>
            </li>`,
        )}
      </ul>
    </section>
    ${
      refused.length === 0
        ? nothing
        : html`<section>
            <h3>${words.notAdded(refused.length)}</h3>
            <ul class="outcomes">
              ${refused.map(
                ({ email, reason, detail }) =>
                  html`<li class="bad">
                    <bdi>${email}</bdi>
                    <span class="error">${refusalSentence(reason, desk) ?? detail}</span>
                  </li>`,
              )}
            </ul>
            ${button(words.correct, onCorrect)}
          </section>`
    }`
}
