import { html, nothing, type TemplateResult } from 'lit'

import { ask } from '../../api/ask.ts'
import { type HandoverTarget, readWorkload, revokeMember } from '../../api/people-api.ts'
import type { MemberCounts, MemberRow } from '../../contract/index.ts'
import type { PersonMessages } from '../../i18n/person/person-messages.ts'
import { property, state } from '../../screens/reactive.ts'
import { button, selectField } from '../parts/controls.ts'
import { checkField, saveNotice } from '../parts/fields.ts'
import { TeamDialog } from '../parts/team-dialog.ts'
import { avatar } from '../team-member-list/avatar.ts'
import { doDeed } from '../team-member-menu/member-deeds.ts'
import { type PickedPerson, TeamPersonPicker } from '../team-person-picker/team-person-picker.ts'

const targets = ['member', 'department', 'rules'] as const

/** To whom conversations can go. */
type Target = (typeof targets)[number]

/** Says what ends with somebody's access before it ends. */
export class TeamRevoke extends TeamDialog {
  static readonly tag = 'team-revoke'
  static override readonly uses = [TeamPersonPicker]
  static override properties = {
    ...TeamDialog.properties,
    member: property,
    emptied: state,
    workload: state,
    isHandedOver: state,
    target: state,
    person: state,
    departmentId: state,
    isIncomplete: state,
  }

  override words!: PersonMessages

  member!: MemberRow

  /** Departments and channels that nobody else has. */
  private emptied: readonly string[] = []
  /** Open conversations, if the host has told. */
  private workload: number | null = null
  private isHandedOver = false
  private target: Target = 'member'
  private person: PickedPerson | null = null
  private departmentId = ''
  private isIncomplete = false

  protected override async firstUpdated(): Promise<void> {
    this.showDialog()
    void this.#readWorkload()
    try {
      const { signal } = this.gone
      const counts = await ask<MemberCounts>(this.desk.api, 'GET', 'member-counts', { signal })
      this.emptied = (['departments', 'channels'] as const).flatMap((kind) =>
        this.member[kind].filter(({ id }) => counts[kind][id] === 1).map(({ name }) => name),
      )
    } catch {
      // Only the warning is missing then.
    }
  }

  async #readWorkload(): Promise<void> {
    try {
      const { api } = this.desk
      const { openConversations } = await readWorkload(api, this.member.id, this.gone.signal)
      this.workload = openConversations
    } catch {
      // The question can be answered without the number.
    }
  }

  /** Where the conversations go; undefined while that is not chosen. */
  get #to(): HandoverTarget | undefined {
    const { target, person, departmentId } = this
    if (!this.isHandedOver) return { kind: 'unassigned' }
    if (target === 'rules') return { kind: 'rules' }
    if (target === 'member') {
      return person === null ? undefined : { kind: 'member', memberId: person.id }
    }
    return departmentId === '' ? undefined : { kind: 'department', departmentId }
  }

  async #finish(work: (key: string) => Promise<unknown>): Promise<void> {
    const done = await this.save.run(work)
    if (done) this.closeDialog()
  }

  async #remove(to: HandoverTarget, key: string): Promise<void> {
    const { desk, member, words } = this
    await revokeMember(desk.api, member.id, to, key)
    desk.after('revoke', { memberId: member.id, action: 'remove', to })
    desk.toast(words.removed(member.displayName))
  }

  async #revoke(): Promise<void> {
    const to = this.#to
    this.isIncomplete = to === undefined
    if (to === undefined) {
      this.renderRoot.querySelector<HTMLElement>('team-person-picker, #department')?.focus()
      return
    }
    const { desk, member } = this
    if (!desk.before('revoke', { memberId: member.id, action: 'remove', to })) return
    await this.#finish((key) => this.#remove(to, key))
  }

  protected override render(): TemplateResult {
    const { desk, member, words } = this
    const { isBlocked: isDisabled } = this.save
    return this.renderDialog({
      kind: 'middle',
      title: words.removeTitle(member.displayName),
      subtitle: member.email ?? member.userName,
      lead: html`<span class="portrait">${avatar({ ...member, presence: null }, desk.text)}</span>`,
      body: html`<p>${words.removeExplained}</p>
        <p>${words.removeStaysAway}</p>
        ${this.#renderHandover()}
        ${
          this.emptied.length === 0
            ? nothing
            : html`<p class="info">
                <strong>${words.lastInDepartment(desk.text.phrasing.list(this.emptied))}</strong>
              </p>`
        }
        ${saveNotice(this.save, desk)}`,
      footer: html`${button(desk.common.cancel, this.closeDialog)}
      ${
        member.can.actions.includes('suspend')
          ? button(
              words.suspendInstead,
              () => this.#finish((key) => doDeed('suspend', member, desk, words, key)),
              { isDisabled },
            )
          : nothing
      }
      ${button(words.remove, () => this.#revoke(), { kind: 'danger primary', isDisabled })}`,
    })
  }

  #renderHandover(): TemplateResult {
    const { desk, words, target } = this
    return html`<section class="field">
      <p>
        ${this.workload === null ? nothing : html`<strong>${words.openConversations(this.workload)}.</strong>`}
        ${words.unassignedHint}
      </p>
      ${checkField({ label: words.handOver, checked: this.isHandedOver }, (isHandedOver) => {
        this.isHandedOver = isHandedOver
        this.isIncomplete = false
      })}
      ${
        this.isHandedOver
          ? html`<div class="grid">
              ${selectField(
                {
                  id: 'target',
                  label: words.handOverTo,
                  value: target,
                  choices: targets
                    .filter(
                      (kind) => kind !== 'department' || desk.workspace.departments.length > 0,
                    )
                    .map((kind) => [kind, words.targets[kind]]),
                },
                (kind) => {
                  this.target = kind as Target
                  this.isIncomplete = false
                },
              )}
              ${this.#renderTarget()}
            </div>`
          : nothing
      }
      ${this.isIncomplete ? html`<p class="error" role="alert">${words.chooseTarget}</p>` : nothing}
    </section>`
  }

  #renderTarget(): TemplateResult | typeof nothing {
    const { desk, words, target } = this
    if (target === 'member') {
      return html`<team-person-picker
        .desk=${desk}
        .except=${this.member.id}
        .label=${words.targets.member}
        .value=${this.person}
        @change=${({ currentTarget }: Event) => {
          this.person = (currentTarget as TeamPersonPicker).value
        }}
      ></team-person-picker>`
    }
    if (target === 'rules') return nothing
    return selectField(
      {
        id: 'department',
        label: words.targets.department,
        value: this.departmentId,
        none: '–',
        choices: desk.workspace.departments.map(({ id, name }) => [id, name]),
      },
      (id) => {
        this.departmentId = id
      },
    )
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-revoke': TeamRevoke
  }
}
