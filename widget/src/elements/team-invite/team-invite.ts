import { html, nothing, type TemplateResult } from 'lit'

import { type Invitation, listExpired, listRoles, resendInvitation } from '../../api/people-api.ts'
import type { InviteField, RoleList } from '../../contract/index.ts'
import type { InviteMessages } from '../../i18n/invite/invite-messages.ts'
import type { PersonMessages } from '../../i18n/person/person-messages.ts'
import type { RoleMessages } from '../../i18n/roles/role-messages.ts'
import { property, state } from '../../screens/reactive.ts'
import { button } from '../parts/controls.ts'
import { refusalSentence, saveNotice } from '../parts/fields.ts'
import { TeamDialog } from '../parts/team-dialog.ts'
import { parseAddresses } from '../team-addresses/parse-addresses.ts'
import { type CheckedAddress, TeamAddresses } from '../team-addresses/team-addresses.ts'
import { TeamChoiceList } from '../team-choice-list/team-choice-list.ts'
import { expiredInvitations } from './expired-invitations.ts'
import {
  fieldsFor,
  inviteesOf,
  missingIn,
  refusedAlone,
  refusedOf,
  type Way,
} from './invite-draft.ts'
import { type InviteDraft, inviteFields } from './invite-fields.ts'
import { inviteResult } from './invite-result.ts'
import { checkAddresses, createWithPassword, type InvitationAnswer, invite } from './invitees.ts'
import { teamInviteStyles } from './team-invite.styles.ts'

/** The form that adds people, with the fields of the inbox's own, and what became of each address. */
export class TeamInvite extends TeamDialog {
  static readonly tag = 'team-invite'
  static override readonly uses = [TeamAddresses, TeamChoiceList]
  static override styles = [TeamDialog.styles, teamInviteStyles]
  static override properties = {
    ...TeamDialog.properties,
    emails: property,
    addresses: state,
    draft: state,
    way: state,
    roles: state,
    answer: state,
    created: state,
    missing: state,
    expired: state,
  }

  override words!: InviteMessages & { roles: RoleMessages; person: PersonMessages }

  emails: readonly string[] = []

  private addresses: readonly CheckedAddress[] = []
  private draft: InviteDraft = {}
  private way: Way = 'invite'
  private roles: RoleList | undefined
  private answer: InvitationAnswer | undefined
  /** Whom the form has just created with a password. */
  private created: string | undefined
  private missing: ReadonlySet<InviteField> = new Set()
  private expired: readonly Invitation[] = []

  #checking: AbortController | undefined

  protected override firstUpdated(): void {
    const { desk } = this
    const asksPassword = desk.workspace.screen.inviteFields.includes('password')
    this.way = desk.can('create') && (asksPassword || !desk.can('invite')) ? 'create' : 'invite'
    if (this.emails.length > 0) {
      this.#setAddresses(
        parseAddresses(this.emails.join('\n')).map((one) => ({
          ...one,
          check: one.isValid ? undefined : 'invalid',
        })),
      )
    }
    this.showDialog()
    void this.read()
    if (desk.can('invite')) void this.#readExpired()
  }

  protected override async load(signal: AbortSignal): Promise<void> {
    const { api, workspace } = this.desk
    this.roles = await listRoles(api, signal)
    const { grantableRoles } = workspace.can
    // The lowest that one may give: whoever wants more says so.
    const lowest = this.roles.roles.findLast(({ key }) => grantableRoles.includes(key))
    if (lowest !== undefined) this.draft = { role: lowest.key, ...this.draft }
  }

  async #readExpired(): Promise<void> {
    // Whoever only wants to add somebody is not to be told that this failed.
    this.expired = await listExpired(this.desk.api, this.gone.signal).catch(() => [])
  }

  async #resend(invitation: Invitation): Promise<void> {
    const { desk, words } = this
    const { memberId, displayName } = invitation
    const about = { memberId, action: 'resend' }
    if (!desk.before('update', about)) return
    const isSent = await this.save.run((key) => resendInvitation(desk.api, memberId, key))
    if (!isSent) return
    desk.toast(words.person.resent(displayName))
    desk.after('update', about)
    this.expired = this.expired.filter((one) => one !== invitation)
    await this.updateComplete
    // The button that was pressed is gone.
    const { renderRoot: root } = this
    ;(root.querySelector<HTMLElement>('summary') ?? root.querySelector('h2'))?.focus()
  }

  #setAddresses(addresses: readonly CheckedAddress[]): void {
    this.addresses = addresses
    this.save.forget()
    this.#checking?.abort()
    const checking = new AbortController()
    this.#checking = checking
    const signal = AbortSignal.any([checking.signal, this.gone.signal])
    void this.#check(addresses, signal)
  }

  async #check(addresses: readonly CheckedAddress[], signal: AbortSignal): Promise<void> {
    try {
      const found = await checkAddresses(this.desk.api, addresses, signal)
      if (signal.aborted || found.size === 0) return
      this.addresses = this.addresses.map((one) => ({
        ...one,
        check: one.check ?? found.get(one.text.toLowerCase()),
      }))
    } catch {
      // Other addresses are checked by now.
    }
  }

  get #fields(): readonly InviteField[] {
    return fieldsFor(this.desk.workspace.screen.inviteFields, this.way, this.addresses.length > 1)
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault()
    const { desk, draft, words } = this
    const field = this.renderRoot.querySelector<TeamAddresses>('team-addresses')
    field?.commit()
    await this.updateComplete
    const missing = missingIn(draft, this.addresses, this.#fields, this.way)
    this.missing = missing
    const wrong = this.addresses.some(({ check }) => check !== undefined)
    if (missing.has('email') || wrong) {
      field?.focus()
      return
    }
    if (missing.size > 0) {
      this.renderRoot.querySelector<HTMLElement>('#password, [name="role"]')?.focus()
      return
    }
    const people = inviteesOf(draft, this.addresses, this.#fields)
    if (!desk.before('invite', { people: people.map(({ email }) => ({ email })) })) return
    const { way } = this
    await this.save.run(async (key) => {
      if (way === 'create') {
        const [person] = people
        if (person === undefined) return
        await createWithPassword(desk.api, { ...person, password: draft.password ?? '' }, key)
        this.created = draft.displayName ?? person.email
        desk.after('invite', { invited: [{ email: person.email }] })
        return
      }
      const answer = await invite(desk.api, people, draft.message ?? '', key)
      if (answer.invited.length === 0) this.addresses = refusedOf(this.addresses, answer, desk)
      else this.answer = answer
      if (answer.invited.length > 0) desk.after('invite', answer)
    })
    const reasons = this.answer?.refused ?? []
    const isFull =
      this.save.error?.problem.reason === 'seats-exceeded' ||
      reasons.some(({ reason }) => reason === 'seats-exceeded')
    if (isFull) desk.seatLimit()
    this.addresses = refusedAlone(this.addresses, this.save.error?.problem.reason, desk)
    await this.updateComplete
    this.renderRoot.querySelector<HTMLElement>('[role="alert"]')?.scrollIntoView()
    if (this.answer !== undefined || this.created !== undefined) {
      this.renderRoot.querySelector<HTMLElement>('h2')?.focus()
      this.announce(
        this.created === undefined
          ? words.invitedTitle(this.answer?.invited.length ?? 0)
          : words.createdTitle(this.created),
      )
    }
  }

  private announce(text: string): void {
    const status = this.renderRoot.querySelector('#said')
    if (status !== null) status.textContent = text
  }

  #correct(): void {
    const { answer } = this
    this.answer = undefined
    if (answer !== undefined) this.addresses = refusedOf(this.addresses, answer, this.desk)
  }

  #again(): void {
    this.answer = undefined
    this.created = undefined
    this.addresses = []
    const { role } = this.draft
    this.draft = role === undefined ? {} : { role }
  }

  protected override render(): TemplateResult {
    const { desk, words } = this
    const { messages } = desk.text
    const isDone = this.answer !== undefined || this.created !== undefined
    return this.renderDialog({
      kind: 'middle',
      title: messages.addMember.replace(/^\+\s*/, ''),
      isLight: isDone,
      isBusy: this.roles === undefined && this.error === undefined,
      body: isDone
        ? inviteResult({ answer: this.answer, created: this.created, desk, words }, () =>
            this.#correct(),
          )
        : this.#renderForm(),
      footer: isDone
        ? html`${button(words.addMore, () => this.#again())}
          ${button(desk.common.done, this.closeDialog, { kind: 'primary' })}`
        : this.#renderFooter(),
    })
  }

  #renderFooter(): TemplateResult {
    const { desk, words } = this
    const { limit, used } = desk.workspace.seats
    const left = limit === null ? undefined : Math.max(0, limit - used)
    const wanted = this.addresses.length
    return html`<span class="aside">
        ${left === undefined ? nothing : wanted > left ? html`<strong class="error">${words.seatsShort(wanted, left)}</strong>` : words.seatsLeft(left)}
      </span>
      ${button(desk.common.cancel, this.closeDialog)}
      ${this.renderSubmit(
        this.save.isBusy
          ? desk.common.saving
          : desk.workspace.screen.labels[desk.text.locale].submit,
        this.roles === undefined,
      )}`
  }

  #renderForm(): TemplateResult {
    const { desk, words, roles } = this
    if (roles === undefined) return this.renderUnread()
    return html`<form id="form" novalidate @submit=${(event: Event) => void this.#submit(event)}>
        ${inviteFields({
          fields: this.#fields,
          addresses: this.addresses,
          draft: this.draft,
          missing: this.missing,
          roles: roles.roles,
          passwordError: this.#passwordError,
          isOne: this.way === 'create',
          desk,
          words,
          onAddresses: (addresses) => this.#setAddresses(addresses),
          onDraft: (change) => {
            this.draft = { ...this.draft, ...change }
            this.save.forget()
          },
        })}
        ${saveNotice(this.save, desk)}
      </form>
      ${this.#renderOtherWays()}
      ${expiredInvitations(
        this.expired,
        this.words,
        this.desk.text.phrasing,
        { isDisabled: this.save.isBlocked },
        (invitation) => void this.#resend(invitation),
      )}`
  }

  get #passwordError(): string | undefined {
    const { reason } = this.save.error?.problem ?? {}
    if (this.missing.has('password')) return this.desk.common.refusals['field-missing']
    return reason?.startsWith('password-') === true ? refusalSentence(reason, this.desk) : undefined
  }

  #renderOtherWays(): TemplateResult {
    const { desk, words } = this
    const other: Way = this.way === 'invite' ? 'create' : 'invite'
    return html`<p class="line ways">
      ${
        desk.can(other)
          ? button(
              other === 'invite' ? words.inviteInstead : words.createInstead,
              () => {
                this.way = other
              },
              { kind: 'plain' },
            )
          : nothing
      }
      ${
        desk.can('import')
          ? button(
              words.importLink,
              () => {
                this.closeDialog()
                void desk.open({ screen: 'import' })
              },
              { kind: 'plain' },
            )
          : nothing
      }
    </p>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-invite': TeamInvite
  }
}
