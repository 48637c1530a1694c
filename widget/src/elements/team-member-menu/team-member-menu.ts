import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'

import { findInvitation, type Invitation } from '../../api/people-api.ts'
import type { MemberRow } from '../../contract/index.ts'
import { SaveController } from '../../controllers/save-controller.ts'
import type { PersonMessages } from '../../i18n/person/person-messages.ts'
import { property, state } from '../../screens/reactive.ts'
import type { MemberTab } from '../../screens/screen-request.ts'
import { TeamScreen } from '../../screens/team-screen.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { saveNotice } from '../parts/fields.ts'
import { type Deed, deedsFor, doDeed } from './member-deeds.ts'
import { teamMemberMenuStyles } from './team-member-menu.styles.ts'

const GAP_PX = 4

/**
 * What can be done with one member, beside their row. Only what the server offers is there.
 *
 * @csspart menu
 */
export class TeamMemberMenu extends TeamScreen {
  static readonly tag = 'team-member-menu'
  static override styles = [baseStyles, teamMemberMenuStyles]
  static override properties = {
    ...TeamScreen.properties,
    member: property,
    anchor: property,
    invitation: state,
  }

  override words!: PersonMessages

  member!: MemberRow
  anchor!: Element

  private invitation: Invitation | undefined

  #save = new SaveController(this)
  #next: (() => void) | undefined

  protected override async firstUpdated(): Promise<void> {
    this.popover = 'auto'
    this.addEventListener('toggle', (event) => {
      if (event.newState !== 'closed') return
      this.close()
      this.#next?.()
    })
    this.showPopover()
    this.#place()
    this.#items[0]?.focus()
    if (this.member.state !== 'invited') return
    try {
      const { signal } = this.gone
      this.invitation = await findInvitation(this.desk.api, this.member.id, signal)
    } catch {
      // The menu then has what it has; the panel says what went wrong.
    }
  }

  protected override updated(changed: PropertyValues<this>): void {
    if ((changed as Map<string, unknown>).has('invitation')) this.#place()
  }

  get #items(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  }

  /** Below what was pressed, or above it where there is no room, and never outside the page. */
  #place(): void {
    const at = this.anchor.getBoundingClientRect()
    const { width, height } = this.getBoundingClientRect()
    const below = at.bottom + GAP_PX
    const top = below + height > innerHeight ? at.top - height - GAP_PX : below
    const isRightToLeft = getComputedStyle(this).direction === 'rtl'
    const left = isRightToLeft ? at.left : at.right - width
    this.style.top = `${Math.max(GAP_PX, top)}px`
    this.style.left = `${Math.max(GAP_PX, Math.min(left, innerWidth - width - GAP_PX))}px`
  }

  #leaveTo(next: () => void): void {
    this.#next = next
    this.hidePopover()
  }

  #openTab(tab: MemberTab, link?: string): void {
    const { member, desk } = this
    this.#leaveTo(() => void desk.open({ screen: 'member', member, tab, link }))
  }

  async #do(deed: Deed): Promise<void> {
    const { member, desk, words } = this
    let link: string | undefined
    const done = await this.#save.run(async (key) => {
      link = await doDeed(deed, member, desk, words, key)
    })
    if (link !== undefined) this.#openTab('account', link)
    else if (done) this.hidePopover()
  }

  #onKey = (event: KeyboardEvent): void => {
    const items = this.#items
    const at = items.indexOf((this.renderRoot as ShadowRoot).activeElement as HTMLElement)
    const targets: Partial<Record<string, number>> = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    }
    const target = targets[event.key]
    if (event.key === 'Tab') this.hidePopover()
    else if (target === undefined) return
    else items[target]?.focus()
    event.preventDefault()
  }

  protected override render(): TemplateResult {
    const { member, words, desk } = this
    const actions = desk.isReadOnly ? [] : member.can.actions
    const has = (...wanted: string[]): boolean => actions.some((action) => wanted.includes(action))
    return html`<div
        class="menu"
        part="menu"
        role="menu"
        aria-label=${desk.text.messages.actionsFor(member.displayName)}
        @keydown=${this.#onKey}
      >
        ${item(words.view, () => this.#openTab('access'))}
        ${
          has('change-role', 'change-departments', 'change-channels', 'change-supervisor')
            ? item(words.editAccess, () => this.#openTab('access'))
            : nothing
        }
        ${has('edit-profile') ? item(words.editProfile, () => this.#openTab('profile')) : nothing}
        ${has('set-password') ? item(words.setPassword, () => this.#openTab('account')) : nothing}
        ${
          desk.isReadOnly
            ? nothing
            : deedsFor(member, this.invitation, words).map(({ deed, label, isDangerous }) =>
                item(label, () => void this.#do(deed), isDangerous, this.#save.isBlocked),
              )
        }
        ${
          has('remove') && member.state !== 'invited'
            ? item(
                words.remove,
                () => this.#leaveTo(() => void desk.open({ screen: 'revoke', member })),
                true,
              )
            : nothing
        }
      </div>
      ${saveNotice(this.#save, desk)}`
  }
}

/** An entry; what writes at once is off while nothing can be written. */
function item(
  label: string,
  run: () => void,
  isDangerous = false,
  isDisabled = false,
): TemplateResult {
  return html`<button
    type="button"
    role="menuitem"
    tabindex="-1"
    class=${isDangerous ? 'danger' : nothing}
    ?disabled=${isDisabled}
    @click=${run}
  >
    ${label}
  </button>`
}

declare global {
  interface HTMLElementTagNameMap {
    'team-member-menu': TeamMemberMenu
  }
}
