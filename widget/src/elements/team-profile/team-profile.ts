import { html, nothing, type TemplateResult } from 'lit'

import { ask } from '../../api/ask.ts'
import type { OwnAccount, OwnershipTransfer, OwnSession } from '../../contract/index.ts'
import type { AccountMessages } from '../../i18n/account/account-messages.ts'
import type { PersonMessages } from '../../i18n/person/person-messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import { state } from '../../screens/reactive.ts'
import { button, selectField } from '../parts/controls.ts'
import { saveNotice, textField } from '../parts/fields.ts'
import { passwordField } from '../parts/password-field.ts'
import { secretField } from '../parts/secret-field.ts'
import { type Question, TeamView } from '../parts/team-view.ts'
import { type PickedPerson, TeamPersonPicker } from '../team-person-picker/team-person-picker.ts'
import { ownershipTransfers } from './ownership-transfers.ts'

/** What is being done: codes that were made are only shown. */
type Task = { kind: 'password' | 'transfer' } | { kind: 'codes'; codes: readonly string[] }

/** What is one's own: whether one is here, how one comes in, where one is signed in, and the workspace itself. */
export class TeamProfile extends TeamView<Task> {
  static readonly tag = 'team-profile'
  static override readonly uses = [TeamPersonPicker]
  static override properties = {
    ...TeamView.properties,
    account: state,
    to: state,
  }

  override words!: AccountMessages & { person: PersonMessages }

  private account: OwnAccount | undefined
  private to: PickedPerson | null = null
  #sessions: readonly OwnSession[] = []
  #transfers: readonly OwnershipTransfer[] = []
  #passwords = { currentPassword: '', newPassword: '' }
  #formerOwnerRole = ''

  protected override async load(signal: AbortSignal): Promise<void> {
    const { api } = this.desk
    const [account, { sessions }, { transfers }] = await Promise.all([
      ask<OwnAccount>(api, 'GET', 'me', { signal }),
      ask<{ sessions: OwnSession[] }>(api, 'GET', 'me/sessions', { signal }),
      ask<{ transfers: OwnershipTransfer[] }>(api, 'GET', 'ownership-transfers', { signal }),
    ])
    this.#sessions = sessions
    this.#transfers = transfers
    this.account = account
  }

  async #editProfile(): Promise<void> {
    const { desk } = this
    await this.save.run(async () => {
      const member = await desk.api.readMember(desk.workspace.viewer.memberId, this.gone.signal)
      await desk.open({ screen: 'member', member, tab: 'profile' })
    })
  }

  #begin(kind: 'password' | 'transfer'): void {
    this.#passwords = { currentPassword: '', newPassword: '' }
    this.to = null
    this.#formerOwnerRole = ''
    void this.begin({ kind })
  }

  #do(action: string, write: (key: string) => Promise<unknown>, words?: string): void {
    const { desk } = this
    const { memberId } = desk.workspace.viewer
    void this.finish({ memberId, action }, words ?? desk.common.saved, write)
  }

  async #makeCodes(): Promise<void> {
    await this.save.run(async (key) => {
      const { api } = this.desk
      const { codes } = await ask<{ codes: string[] }>(api, 'POST', 'me/recovery-codes', { key })
      await this.begin({ kind: 'codes', codes })
      await this.load(this.gone.signal)
    })
  }

  protected override submit(): void {
    const { desk, task, to } = this
    const { api } = desk
    if (task?.kind === 'password') {
      const body = this.#passwords
      if (body.currentPassword === '' || body.newPassword === '') return
      this.#do('change-password', () => ask(api, 'PUT', 'me/password', { body }))
    } else if (task?.kind === 'transfer' && to !== null) {
      const formerOwnerRole = this.#formerOwnerRole
      const body = { to: to.id, ...(formerOwnerRole && { formerOwnerRole }) }
      this.#do(
        'transfer-ownership',
        (key) => ask(api, 'POST', 'ownership-transfers', { body, key }),
        this.words.linksSent,
      )
    }
  }

  protected override renderView(): TemplateResult {
    const { desk, words, account, task } = this
    return html`${this.renderTop(
      desk.text.messages.views.profile,
      desk.workspace.viewer.displayName,
      button(words.person.editProfile, () => this.#editProfile(), {
        isDisabled: this.save.isBlocked,
      }),
    )}
    ${task === undefined ? saveNotice(this.save, desk) : nothing}
    ${account === undefined ? this.renderUnread() : this.#renderAccount(account)}
    ${task && this.renderQuestion(this.#questionOf(task))}`
  }

  #renderAccount({ availability, password, recoveryCodes }: OwnAccount): TemplateResult {
    const { desk, words } = this
    const { phrasing, messages } = desk.text
    const { viewer } = desk.workspace
    const ago = (time: string): string => phrasing.ago(new Date(time), Date.now())
    const other = availability === 'online' ? 'away' : 'online'
    const card = (title: string, hint: unknown, aside: unknown): TemplateResult =>
      this.renderCard(title, [hint], aside)
    const owns = desk.can('transfer-ownership')
    return html`<ul class="cards own">
        ${card(
          words.availability,
          html`<span class="mark ${availability === 'online' ? 'owner' : ''}"
            >${messages.presence[availability]}</span
          >`,
          button(words.become[other], () =>
            this.#do('set-availability', () =>
              ask(desk.api, 'PUT', 'me/availability', { body: { availability: other } }),
            ),
          ),
        )}
        ${card(
          words.password,
          password.reason === null
            ? password.changedAt === null
              ? nothing
              : words.passwordChanged(ago(password.changedAt))
            : words.passwordReasons[password.reason],
          password.canChange
            ? button(words.person.setPassword, () => this.#begin('password'))
            : nothing,
        )}
        ${
          recoveryCodes.canMake
            ? card(
                words.codes,
                words.codesLeft(recoveryCodes.left),
                button(words.makeCodes, () => this.#makeCodes(), {
                  isDisabled: this.save.isBlocked,
                }),
              )
            : nothing
        }
        ${
          owns
            ? card(
                words.ownership,
                nothing,
                button(words.transfer, () => this.#begin('transfer')),
              )
            : nothing
        }
        ${ownershipTransfers(
          this.#transfers,
          words,
          phrasing.dateAndTime,
          desk.isReadOnly
            ? undefined
            : ({ id }) =>
                this.#do('cancel-transfer', () =>
                  ask(desk.api, 'DELETE', `ownership-transfers/${id}`),
                ),
        )}
      </ul>
      <div class="top sessions">
        <h3>${words.sessions}</h3>
        ${
          desk.isReadOnly
            ? nothing
            : button(
                words.signOutEverywhere,
                () =>
                  this.confirm({
                    title: words.signOutEverywhere,
                    body: words.signOutExplained,
                    submit: words.signOut,
                    isDangerous: true,
                    about: { memberId: viewer.memberId, action: 'sign-out' },
                    write: (key) =>
                      ask(desk.api, 'POST', `members/${viewer.memberId}/sign-out`, { key }),
                  }),
                { kind: 'danger' },
              )
        }
      </div>
      <ul class="cards own">
        ${this.#sessions.map(({ id, connection, lastSeenAt }) =>
          card(
            connection?.name ?? words.withPassword,
            words.seen(ago(lastSeenAt)),
            button(
              words.signOut,
              () =>
                this.#do('end-session', () =>
                  ask(desk.api, 'DELETE', `me/sessions/${encodeURIComponent(id)}`),
                ),
              { about: ago(lastSeenAt) },
            ),
          ),
        )}
      </ul>`
  }

  #questionOf(task: Task): Question {
    const { words, desk } = this
    switch (task.kind) {
      case 'codes':
        return {
          title: words.codes,
          body: secretField(
            task.codes.join('\n'),
            { label: words.codes, hint: words.codesHint },
            desk,
          ),
        }
      case 'password':
        return {
          title: words.person.setPassword,
          body: this.#renderPasswords(),
          submit: words.person.setPassword,
        }
      case 'transfer':
        return {
          title: words.transfer,
          body: this.#renderTransfer(),
          submit: words.sendLinks,
          isDangerous: true,
          isDisabled: this.to === null,
        }
      default:
        return task satisfies never
    }
  }

  #renderPasswords(): TemplateResult {
    const { words, desk } = this
    const reason = this.save.error?.problem.reason ?? ''
    const known: Partial<Record<string, string>> = desk.common.refusals
    return html`<p class="info">${words.signOutExplained}</p>
      ${textField(
        {
          id: 'current',
          label: words.currentPassword,
          value: this.#passwords.currentPassword,
          type: 'password',
          autocomplete: 'current-password',
          error: reason === 'password-wrong' ? known[reason] : undefined,
          onInput: (currentPassword) => {
            this.#passwords.currentPassword = currentPassword
          },
        },
        desk,
      )}
      ${passwordField({
        label: words.person.newPassword,
        words: desk.common,
        error: /^password-(?:too|guess)/.test(reason) ? known[reason] : undefined,
        onInput: (newPassword) => {
          this.#passwords.newPassword = newPassword
        },
      })}`
  }

  #renderTransfer(): TemplateResult {
    const { words, desk } = this
    const { roles, viewer } = desk.workspace
    return html`<p>${words.transferExplained}</p>
      <team-person-picker
        .desk=${desk}
        .label=${words.newOwner}
        .except=${viewer.memberId}
        .value=${this.to}
        @change=${({ currentTarget }: Event) => {
          this.to = (currentTarget as TeamPersonPicker).value
          this.save.forget()
        }}
      ></team-person-picker>
      ${selectField(
        {
          id: 'former-role',
          label: words.afterwards,
          value: this.#formerOwnerRole,
          none: words.highestRole,
          choices: roles
            .filter(({ key }) => key !== 'owner')
            .map((role) => [role.key, roleName(role, desk.text.messages)]),
        },
        (role) => {
          this.#formerOwnerRole = role
        },
      )}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-profile': TeamProfile
  }
}
