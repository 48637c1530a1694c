import { html, nothing, type TemplateResult } from 'lit'

import { ask } from '../../api/ask.ts'
import { removeMember } from '../../api/people-api.ts'
import type { MemberCounts, MemberRow } from '../../contract/index.ts'
import { SaveController } from '../../controllers/save-controller.ts'
import type { PersonMessages } from '../../i18n/person/person-messages.ts'
import { TeamScreen } from '../../screens/team-screen.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { dialogStyles } from '../parts/dialog.styles.ts'
import { dialogFrame, showDialog } from '../parts/dialog.ts'
import { saveNotice } from '../parts/fields.ts'
import { formStyles } from '../parts/form.styles.ts'
import { avatar } from '../team-member-list/avatar.ts'
import { doDeed } from '../team-member-menu/member-deeds.ts'

/** Says what ends with somebody's access before it ends. */
export class TeamRevoke extends TeamScreen {
  static override styles = [baseStyles, dialogStyles, formStyles]
  static override properties = {
    ...TeamScreen.properties,
    member: { attribute: false },
    emptied: { state: true },
  }

  override words!: PersonMessages

  member!: MemberRow

  /** Departments in which nobody else is. */
  private emptied: readonly string[] = []

  #save = new SaveController(this)

  protected override async firstUpdated(): Promise<void> {
    showDialog(this.renderRoot)
    try {
      const { signal } = this.gone
      const counts = await ask<MemberCounts>(this.desk.api, 'GET', 'member-counts', { signal })
      this.emptied = this.member.departments
        .filter(({ id }) => counts.departments[id] === 1)
        .map(({ name }) => name)
    } catch {
      // Only the warning is missing then.
    }
  }

  async #finish(work: (key: string) => Promise<void>): Promise<void> {
    const done = await this.#save.run(work)
    if (done) this.renderRoot.querySelector('dialog')?.close()
  }

  async #remove(): Promise<void> {
    const { desk, member, words } = this
    const about = { memberId: member.id, action: 'remove' }
    if (!desk.before('revoke', about)) return
    await removeMember(desk.api, member.id)
    desk.after('revoke', about)
    desk.toast(words.removed(member.displayName))
  }

  protected override render(): TemplateResult {
    const { desk, member, words } = this
    const { isBusy } = this.#save
    return dialogFrame(
      {
        kind: 'middle',
        title: words.removeTitle(member.displayName),
        subtitle: member.email ?? member.userName,
        lead: html`<span class="portrait"
          >${avatar({ ...member, presence: null }, desk.text)}</span
        >`,
        body: html`<p>${words.removeExplained}</p>
          <p>${words.removeStaysAway}</p>
          ${
            this.emptied.length === 0
              ? nothing
              : html`<p class="info">
                  <strong>${words.lastInDepartment(desk.text.phrasing.list(this.emptied))}</strong>
                </p>`
          }
          ${saveNotice(this.#save, desk)}`,
        footer: html`<button
            type="button"
            part="button"
            @click=${() => this.renderRoot.querySelector('dialog')?.close()}
          >
            ${desk.common.cancel}
          </button>
          ${
            member.can.actions.includes('suspend')
              ? html`<button
                  type="button"
                  part="button"
                  ?disabled=${isBusy}
                  @click=${() => void this.#finish((key) => doDeed('suspend', member, desk, words, key))}
                >
                  ${words.suspendInstead}
                </button>`
              : nothing
          }
          <button
            type="button"
            class="danger primary"
            part="button"
            ?disabled=${isBusy}
            @click=${() => void this.#finish(() => this.#remove())}
          >
            ${words.remove}
          </button>`,
      },
      desk.text.messages,
      () => this.close(),
    )
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-revoke': TeamRevoke
  }
}
