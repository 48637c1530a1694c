import { html, nothing, type TemplateResult } from 'lit'

import { editMember, findInvitation, type Invitation, listRoles } from '../../api/people-api.ts'
import type { EditableMember, MemberRow, RoleList } from '../../contract/index.ts'
import type { PersonMessages } from '../../i18n/person/person-messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import type { RoleMessages } from '../../i18n/roles/role-messages.ts'
import { property, state } from '../../screens/reactive.ts'
import type { MemberTab } from '../../screens/screen-request.ts'
import { button } from '../parts/controls.ts'
import { saveNotice } from '../parts/fields.ts'
import { TeamDialog } from '../parts/team-dialog.ts'
import { TeamChoiceList } from '../team-choice-list/team-choice-list.ts'
import { avatar } from '../team-member-list/avatar.ts'
import { accessForm } from './access-form.ts'
import { accessReasons } from './access-reasons.ts'
import { accountActions } from './account-actions.ts'
import { changedFields, editOf, type MemberDraft } from './member-draft.ts'
import { profileForm } from './profile-form.ts'
import { teamMemberPanelStyles } from './team-member-panel.styles.ts'

const tabs: readonly MemberTab[] = ['access', 'profile', 'why', 'account']

/** A side panel with everything about one member: access, profile, where each value comes from, and their account. */
export class TeamMemberPanel extends TeamDialog {
  static readonly tag = 'team-member-panel'
  static override readonly uses = [TeamChoiceList]
  static override styles = [TeamDialog.styles, teamMemberPanelStyles]
  static override properties = {
    ...TeamDialog.properties,
    member: property,
    tab: property,
    link: property,
    detail: state,
    roles: state,
    invitation: state,
    draft: state,
    theirs: state,
  }

  override words!: PersonMessages & { roles: RoleMessages }

  /** What the list knows already. */
  member!: MemberRow
  tab: MemberTab = 'access'
  /** The invitation's, when the person has to copy it. */
  link: string | undefined

  private detail: EditableMember | undefined
  private roles: RoleList | undefined
  private invitation: Invitation | undefined
  private draft: MemberDraft = { profile: {} }
  /** The member as somebody else has left them while this was open. */
  private theirs: EditableMember | undefined

  protected override firstUpdated(): void {
    this.showDialog()
    void this.read()
  }

  protected override async load(signal: AbortSignal): Promise<void> {
    const { api, isReadOnly } = this.desk
    const { id, state } = this.member
    const [detail, roles, invitation] = await Promise.all([
      api.readMember(id, signal),
      listRoles(api, signal),
      state === 'invited' && !isReadOnly ? findInvitation(api, id, signal) : undefined,
    ])
    this.detail = detail
    this.roles = roles
    this.invitation = invitation
  }

  #edit(change: Partial<MemberDraft>): void {
    this.draft = { ...this.draft, ...change }
    this.save.forget()
  }

  async #saveDraft(base = this.detail): Promise<void> {
    const { desk, draft } = this
    const edit = base && editOf(draft, base)
    if (base === undefined || edit === undefined) return
    const about = { memberId: base.id, edit }
    if (!desk.before('update', about)) return
    const done = await this.save.run(async () => {
      this.detail = await editMember(desk.api, base, edit)
      this.draft = { profile: {} }
      this.theirs = undefined
    })
    if (done) {
      desk.after('update', about)
      desk.toast(desk.common.saved)
      // The button that was pressed is gone.
      this.renderRoot.querySelector<HTMLElement>('h2')?.focus()
    } else if (this.save.error?.code === 'precondition-failed') {
      await this.save.look(
        (signal) => desk.api.readMember(base.id, signal),
        (theirs) => {
          this.theirs = theirs
        },
      )
    }
  }

  #chooseTab = (event: KeyboardEvent): void => {
    const at = tabs.indexOf(this.tab)
    const isRightToLeft = getComputedStyle(this).direction === 'rtl'
    const steps: Partial<Record<string, number>> = {
      ArrowRight: isRightToLeft ? -1 : 1,
      ArrowLeft: isRightToLeft ? 1 : -1,
    }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    this.tab = tabs[(at + step + tabs.length) % tabs.length] ?? 'access'
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus(),
    )
  }

  protected override render(): TemplateResult {
    const { desk, words } = this
    const member = this.detail ?? this.member
    const { messages } = desk.text
    const edit = this.detail && editOf(this.draft, this.detail)
    return this.renderDialog({
      kind: 'side',
      title: member.displayName,
      subtitle: member.email ?? member.userName,
      lead: html`<span class="portrait"
        >${avatar({ ...member, presence: this.member.presence }, desk.text)}</span
      >`,
      isLight: edit === undefined,
      isBusy: this.detail === undefined && this.error === undefined,
      body: html`<p class="line facts">
          <span class="badge ${member.state}">${messages.states[member.state]}</span>
          <span>${member.role === null ? messages.noAccess : roleName(member.role, messages)}</span>
          ${
            member.managedBy &&
            html`<span class="managed">${messages.managedBy(member.managedBy.name)}</span>`
          }
        </p>
        <div class="tabs" role="tablist" @keydown=${this.#chooseTab}>
          ${tabs.map(
            (tab) =>
              html`<button
                type="button"
                role="tab"
                id="tab-${tab}"
                aria-selected=${tab === this.tab}
                aria-controls="sheet"
                tabindex=${tab === this.tab ? 0 : -1}
                @click=${() => {
                  this.tab = tab
                }}
              >
                ${words.tabs[tab]}
              </button>`,
          )}
        </div>
        <div id="sheet" class="sheet" role="tabpanel" aria-labelledby="tab-${this.tab}">
          ${this.#renderSheet()}
        </div>
        ${this.theirs === undefined ? saveNotice(this.save, desk) : this.#renderConflict(this.theirs)}`,
      footer:
        edit === undefined || this.theirs !== undefined
          ? nothing
          : html`${button(desk.common.cancel, () => this.#edit({ ...empty }))}
            ${button(this.save.isBusy ? desk.common.saving : desk.common.save, () => this.#saveDraft(), { kind: 'primary', isDisabled: this.save.isBlocked })}`,
    })
  }

  #renderSheet(): TemplateResult {
    const { desk, detail, words, draft, roles } = this
    if (detail === undefined || roles === undefined || this.error !== undefined) {
      return this.renderUnread()
    }
    const onEdit = (change: Partial<MemberDraft>): void => this.#edit(change)
    const forms: Record<MemberTab, () => TemplateResult> = {
      access: () => accessForm({ member: detail, draft, roles: roles.roles, desk, words }, onEdit),
      profile: () => profileForm({ member: detail, draft, desk, words }, onEdit),
      why: () =>
        accessReasons(
          detail,
          roles.roles.find(({ id }) => id === detail.role?.id)?.permissions,
          desk,
          words,
        ),
      account: () =>
        accountActions({
          member: detail,
          invitation: this.invitation,
          link: this.link,
          save: this.save,
          desk,
          words,
          onDone: (link) => {
            this.link = link
            void this.read()
          },
          onRevoke: () => {
            this.closeDialog()
            void desk.open({ screen: 'revoke', member: detail })
          },
        }),
    }
    return forms[this.tab]()
  }

  #renderConflict(theirs: EditableMember): TemplateResult {
    const { desk, words, detail } = this
    const fields = detail === undefined ? [] : changedFields(detail, theirs)
    const { messages } = desk.text
    const labels: Record<string, string> = {
      ...words.profile,
      role: messages.role,
      departments: messages.departments,
      channels: messages.channels,
      supervisor: desk.common.supervisor,
    }
    const valueOf = (field: string): string => {
      if (field === 'role') {
        return theirs.role === null ? messages.noAccess : roleName(theirs.role, messages)
      }
      if (field === 'departments' || field === 'channels') {
        return theirs[field].map(({ name }) => name).join(', ') || '–'
      }
      if (field === 'supervisor') return words.roles.sees[theirs.conversationAccess]
      return theirs.profile[field as keyof typeof theirs.profile] ?? '–'
    }
    return html`<div class="notice conflict" role="alert">
      <p><strong>${words.changedMeanwhile(theirs.displayName)}</strong></p>
      <ul>
        ${fields.map((field) => html`<li>${labels[field]} ${words.now}: <bdi>${valueOf(field)}</bdi></li>`)}
      </ul>
      <div class="line">
        ${button(words.takeTheirs, () => {
          this.detail = theirs
          this.theirs = undefined
          this.#edit({ ...empty })
        })}
        ${button(
          words.keepMine,
          () => {
            this.detail = theirs
            this.theirs = undefined
            void this.#saveDraft(theirs)
          },
          { kind: 'primary' },
        )}
      </div>
    </div>`
  }
}

/** A draft of nothing: every key is there, so that spreading it clears the one before. */
const empty: { [Key in keyof Required<MemberDraft>]: MemberDraft[Key] } = {
  profile: {},
  role: undefined,
  departments: undefined,
  channels: undefined,
  supervisor: undefined,
}

declare global {
  interface HTMLElementTagNameMap {
    'team-member-panel': TeamMemberPanel
  }
}
