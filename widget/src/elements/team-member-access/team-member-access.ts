import { html, LitElement, nothing, type TemplateResult } from 'lit'

import { type ApiError, toApiError } from '../../api/api-error.ts'
import type { TeamSession } from '../../api/team-session.ts'
import type { MemberDetail, MemberGrant, MemberRow } from '../../contract/index.ts'
import type { AccessMessages } from '../../i18n/access/access-messages.ts'
import { accessWords } from '../../i18n/access/access-words.ts'
import type { Localization } from '../../i18n/locales.ts'
import type { Messages } from '../../i18n/messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { closeButton } from '../close-button.ts'
import { problemNotice } from '../notice.ts'
import { avatar } from '../team-member-list/avatar.ts'
import { teamMemberAccessStyles } from './team-member-access.styles.ts'

const kinds: readonly MemberGrant['kind'][] = ['role', 'department', 'channel', 'supervisor']

/**
 * A dialog that says what a member may do and, for every grant, who or what gave it and when.
 *
 * @fires close - the dialog was closed; its owner removes it
 * @csspart dialog
 */
export class TeamMemberAccess extends LitElement {
  static override styles = [baseStyles, teamMemberAccessStyles]
  static override properties = {
    session: { attribute: false },
    text: { attribute: false },
    member: { attribute: false },
    detail: { state: true },
    error: { state: true },
  }

  session!: TeamSession
  text!: Localization
  /** What the list knows already; the grants are read when the dialog opens. */
  member!: MemberRow

  private detail: MemberDetail | undefined
  private error: ApiError | undefined

  #reading = new AbortController()

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#reading.abort()
  }

  get #dialog(): HTMLDialogElement {
    return this.renderRoot.querySelector<HTMLDialogElement>('dialog')!
  }

  protected override firstUpdated(): void {
    this.#dialog.showModal()
    void this.#read()
  }

  async #read(): Promise<void> {
    this.error = undefined
    const { signal } = this.#reading
    try {
      this.detail = await this.session.api.readMember(this.member.id, signal)
    } catch (cause) {
      if (!signal.aborted) this.error = toApiError(cause)
    }
  }

  protected override render(): TemplateResult {
    const { messages } = this.text
    const words = accessWords(this.text)
    const { displayName, email, userName } = this.member
    return html`<dialog
      part="dialog"
      closedby="any"
      aria-labelledby="title"
      @close=${() => this.dispatchEvent(new Event('close'))}
    >
      <header>
        <span class="portrait">${avatar(this.member, this.text)}</span>
        <div class="who">
          <h2 id="title" tabindex="-1" autofocus>${words.whyAccess(displayName)}</h2>
          <p class="address">${email ?? userName}</p>
        </div>
        ${closeButton(messages, () => this.#dialog.close())}
      </header>
      <div
        class="body"
        role="group"
        aria-labelledby="title"
        tabindex="0"
        aria-busy=${this.detail === undefined && this.error === undefined}
      >
        ${this.#renderBody(messages, words)}
      </div>
    </dialog>`
  }

  #renderBody(messages: Messages, words: AccessMessages): unknown {
    if (this.error !== undefined) {
      return problemNotice(this.error, messages, () => void this.#read())
    }
    if (this.detail === undefined) {
      return html`<div class="loading">
        <span class="bar"></span><span class="bar"></span><span class="bar"></span>
      </div>`
    }
    const { grants, conversationAccess, role } = this.detail
    return html`${
      role === null
        ? nothing
        : html`<p class="conversations">${words.conversationAccess[conversationAccess]}</p>`
    }
    ${
      grants.length === 0
        ? html`<p class="nothing">${words.noGrants}</p>`
        : kinds.map((kind) =>
            this.#renderKind(
              kind,
              grants.filter((grant) => grant.kind === kind),
              messages,
              words,
            ),
          )
    }`
  }

  #renderKind(
    kind: MemberGrant['kind'],
    grants: readonly MemberGrant[],
    messages: Messages,
    words: AccessMessages,
  ): TemplateResult | typeof nothing {
    if (grants.length === 0) return nothing
    const headings: Record<MemberGrant['kind'], string> = {
      role: messages.role,
      department: messages.departments,
      channel: messages.channels,
      supervisor: words.supervisor,
    }
    return html`<section>
      <h3>${headings[kind]}</h3>
      <ul>
        ${grants.map((grant) => this.#renderGrant(grant, messages, words))}
      </ul>
    </section>`
  }

  #renderGrant(grant: MemberGrant, messages: Messages, words: AccessMessages): TemplateResult {
    const { value } = grant
    const since = new Date(grant.since)
    const { phrasing } = this.text
    return html`<li class=${grant.effective ? 'effective' : 'outweighed'}>
      <span class="value"
        >${value === null ? words.conversationAccess.all : roleName(value, messages)}</span
      >
      <span class="why"
        >${sourceInWords(grant, this.member, words)} ·
        <time datetime=${grant.since} title=${phrasing.dateAndTime(since)}
          >${words.since(phrasing.date(since))}</time
        ></span
      >
      ${grant.effective ? nothing : html`<span class="mark">${words.notEffective}</span>`}
    </li>`
  }
}

function sourceInWords(
  { source }: MemberGrant,
  { managedBy }: MemberRow,
  words: AccessMessages,
): string {
  switch (source.kind) {
    case 'mapping_rule':
      return source.groupName === null
        ? words.grantedByRule
        : words.grantedByGroup(source.groupName, managedBy?.name ?? null)
    case 'local':
      return words.grantedByHand
    case 'invitation':
      return words.grantedByInvitation
    case 'department':
      return words.grantedByDepartment
    case 'connection_default':
      return words.grantedByDefault
    default:
      return source satisfies never
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-member-access': TeamMemberAccess
  }
}
