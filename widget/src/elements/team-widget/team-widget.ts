import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'

import type { GetToken } from '../../api/access-tokens.ts'
import { ApiError, toApiError } from '../../api/api-error.ts'
import { createTeamApi } from '../../api/team-api.ts'
import { createTeamSession, type TeamSession } from '../../api/team-session.ts'
import { CONFIGURED, defaults } from '../../configure.ts'
import type { TeamWorkspace, WorkspaceAction } from '../../contract/index.ts'
import { LocalizeController } from '../../controllers/localize-controller.ts'
import type { SelectionRequest } from '../../controllers/selection.ts'
import { TokenController } from '../../controllers/token-controller.ts'
import { TeamAuthRequiredEvent, TeamNavigateEvent, tellError } from '../../events.ts'
import { type Labels, relabel } from '../../i18n/labels.ts'
import type { Localization, ResolveAvatar } from '../../i18n/locales.ts'
import type { Messages, TeamView } from '../../i18n/messages.ts'
import type { ScreenRequest } from '../../screens/screen-request.ts'
import type { Stage } from '../../screens/stage.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { tokens } from '../../styles/tokens.styles.ts'
import { VERSION } from '../../version.ts'
import { innerParts } from '../inner-parts.ts'
import { problemNotice } from '../notice.ts'
import type { TeamColumn } from '../team-member-list/columns.ts'
import type { TeamMemberList } from '../team-member-list/team-member-list.ts'
import { teamWidgetStyles } from './team-widget.styles.ts'

/** What must be allowed to somebody before they are shown a view. */
const views: Record<TeamView, WorkspaceAction | undefined> = {
  members: undefined,
  departments: 'manage-departments',
  roles: 'manage-roles',
  directory: 'manage-rules',
  // Both come with managing members.
  activity: 'export',
  profile: undefined,
}

/**
 * The team of a workspace, inside the page of an inbox product.
 *
 * @fires team-ready - the first page of members is shown
 * @fires team-error - something failed; carries a closed `code` and the request's id
 * @fires team-token-request - a token is needed and `getToken` isn't set
 * @fires team-auth-required - no accepted token: the person has to sign in to the host again
 * @fires team-navigate - what is shown has changed
 * @fires team-selection-change - other members are chosen
 * @fires team-before-invite - people are about to be invited or created; cancelable, as every `team-before-…`
 * @fires team-before-update - something is about to be changed
 * @fires team-before-revoke - somebody's access is about to end
 * @fires team-before-import - a table is about to be checked
 * @fires team-before-export - a table is about to be downloaded
 * @fires team-after-invite - people were invited or created
 * @fires team-after-update - something was changed
 * @fires team-after-revoke - somebody's access has ended
 * @fires team-after-import - a table was imported
 * @fires team-after-export - a table was downloaded
 * @fires team-seat-limit - somebody could not be added, because no seat is left
 * @slot title - replaces the heading
 * @slot banner - above the list
 * @slot toolbar-start
 * @slot toolbar-end
 * @slot empty - replaces the text of an empty list
 * @slot footer
 * @csspart root
 * @csspart tab - the name of a view
 * @csspart invite-button
 * @csspart toolbar
 * @csspart search
 * @csspart input
 * @csspart viewport - what scrolls
 * @csspart header
 * @csspart row
 * @csspart avatar
 * @csspart status
 * @csspart badge
 * @csspart button
 * @csspart dialog
 * @csspart menu
 * @csspart toast
 * @csspart banner - what went wrong
 * @cssproperty --team-surface
 * @cssproperty --team-text
 * @cssproperty --team-muted
 * @cssproperty --team-border
 * @cssproperty --team-accent
 * @cssproperty --team-on-accent
 * @cssproperty --team-danger
 * @cssproperty --team-success
 * @cssproperty --team-warning
 * @cssproperty --team-focus
 * @cssproperty --team-radius
 * @cssproperty --team-font
 * @cssproperty --team-font-size
 * @cssproperty --team-space
 * @cssproperty --team-row-height
 * @cssproperty --team-shadow
 */
export class TeamWidget extends LitElement {
  static readonly version = VERSION
  static override styles = [tokens, baseStyles, teamWidgetStyles]
  static override properties = {
    apiBase: { attribute: 'api-base' },
    workspace: {},
    credentials: {},
    locale: {},
    theme: { reflect: true },
    density: { reflect: true },
    getToken: { attribute: false },
    labels: { attribute: false },
    columns: { attribute: false },
    resolveAvatar: { attribute: false },
    view: { reflect: true },
    readonly: { type: Boolean, reflect: true },
    features: {},
    session: { state: true },
    summary: { state: true },
    failure: { state: true },
  }

  /** Where the Team API is: an origin or a path before `/team/v1`. */
  apiBase = ''
  /** Given to whoever makes the token, so that one page can serve several workspaces. */
  workspace: string | null = null
  /** `include`: the token is in a cookie that the host's server sets, on the same site as Plantel. */
  credentials: 'omit' | 'include' = 'omit'
  /** A BCP 47 tag; by default the nearest `lang`, then the browser's language. */
  locale: string | null = null
  /** `auto` follows the page's `color-scheme`. */
  theme: 'auto' | 'light' | 'dark' = 'auto'
  density: 'comfortable' | 'compact' = 'comfortable'
  getToken: GetToken | null = null
  /** The host's own words in place of ours. */
  labels: Labels = {}
  /** The columns that are shown beside the name, where there is room; null for all. */
  columns: readonly TeamColumn[] | null = null
  /** The host's own picture of somebody, in place of the one that Plantel knows; null for none. */
  resolveAvatar: ResolveAvatar | null = null
  /** What is shown; members where the person may not see it. */
  view: TeamView = 'members'
  /** Nothing can be changed here. */
  readonly = false
  /** The views and actions that are offered, with spaces between; null for all that the person may use. */
  features: string | null = null

  /** Only for the widget's own screens. */
  session: TeamSession | undefined
  /** Only for the widget's own screens. */
  summary: TeamWorkspace | undefined
  /** Why the workspace is not known, or a file did not come; the list says it. */
  private failure: ApiError | undefined

  #localize = new LocalizeController(this)
  #tokens = new TokenController(this)
  #reading: AbortController | undefined
  /** Over when the workspace has been read, or could not be. */
  #read: Promise<void> | undefined
  #isSignedOut = false
  #stage: Promise<Stage> | undefined
  #text: Localization | undefined
  #saidOf: unknown[] = []
  /** The view's name in the navigation that was brought into sight last. */
  #seenTab: Element | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener(CONFIGURED, this.#onConfigured)
    this.#onMembersChange()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener(CONFIGURED, this.#onConfigured)
    this.#reading?.abort()
  }

  /** Reads everything in view again; after `team-auth-required` also asks for a new token. */
  refresh(): void {
    if (this.session !== undefined) this.list.refresh()
  }

  /** Opens the form that adds people, with these addresses in it. */
  async open(_screen: 'invite', options: { emails?: readonly string[] } = {}): Promise<void> {
    await this.updateComplete
    await this.#read
    if (this.#canAdd) {
      await this.#open({ screen: 'invite', emails: [], ...options })
    }
  }

  /** Shows a member of the list and gives them the focus; false when they are not in what is loaded. */
  focusMember(id: string): boolean {
    const isThere = this.list.indexOfRow(id) !== -1
    if (isThere) this.list.focusMember(id)
    return isThere
  }

  /** Who is chosen: how many, and as the Team API takes it. */
  getSelection(): { count: number; isAll: boolean; request: SelectionRequest } {
    return this.list.selection
  }

  /** Whether the server lets the person do it and the host offers it. */
  can(action: WorkspaceAction): boolean {
    return (
      !this.readonly &&
      (this.features?.split(/\s+/).includes(action) ?? true) &&
      this.summary?.can?.actions.includes(action) === true
    )
  }

  get #canAdd(): boolean {
    return this.can('invite') || this.can('create')
  }

  /** Only for the widget's own screens. */
  get list(): TeamMemberList {
    return this.renderRoot.querySelector<TeamMemberList>('team-member-list')!
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // What failed in another view is not said in this one.
    if (changed.has('view') && this.summary !== undefined) this.failure = undefined
    // A framework may set a new function with every render: it matters only when we wait for one.
    if (changed.has('getToken') && this.#isSignedOut) this.refresh()
    const isOtherSource =
      changed.has('apiBase') || changed.has('workspace') || changed.has('credentials')
    if (!isOtherSource && this.session !== undefined) return
    this.#tokens.tokens.forget()
    this.session = createTeamSession(
      createTeamApi({
        apiBase: this.apiBase || defaults.apiBase,
        tokens: this.#tokens.tokens,
        hasCookie: this.credentials === 'include',
        onAuthRequired: () => {
          this.#isSignedOut = true
          const event = new TeamAuthRequiredEvent()
          this.dispatchEvent(event)
        },
      }),
    )
    this.summary = this.failure = undefined
    this.#onMembersChange()
  }

  async #readWorkspace({ api }: TeamSession): Promise<void> {
    this.#reading?.abort()
    const reading = new AbortController()
    this.#reading = reading
    try {
      this.summary = await api.readWorkspace(reading.signal)
      this.failure = undefined
      this.#isSignedOut = false
    } catch (cause) {
      if (!reading.signal.aborted) this.#fail(toApiError(cause))
    }
  }

  #fail(error: ApiError): void {
    this.failure = error
    tellError(this, error)
  }

  #onConfigured = (): void => {
    if (this.apiBase === '') this.requestUpdate('apiBase', null)
  }

  /** Seats may have been taken or given back, or nothing is known yet. */
  #onMembersChange = (): void => {
    if (this.session !== undefined) this.#read = this.#readWorkspace(this.session)
  }

  /** The words of the reader's language, with those of the inbox and then the host's own over them. */
  get text(): Localization | undefined {
    const { value } = this.#localize
    const { summary, labels, resolveAvatar } = this
    const saidOf = [value, summary, labels, resolveAvatar]
    if (saidOf.some((one, index) => one !== this.#saidOf[index])) {
      this.#saidOf = saidOf
      const screen = value && summary?.screen?.labels[value.locale]
      this.#text = value && {
        ...value,
        resolveAvatar,
        messages: screen
          ? relabel({ ...value.messages, team: screen.title, addMember: screen.addMember }, labels)
          : value.messages,
      }
    }
    return this.#text
  }

  async #withStage(work: (stage: Stage) => unknown): Promise<void> {
    let stage: Stage | undefined
    try {
      this.#stage ??= import('../../screens/stage.ts').then(({ createStage }) => createStage(this))
      stage = await this.#stage
      await work(stage)
    } catch (cause) {
      if (stage === undefined) this.#stage = undefined
      this.#fail(new ApiError('unreachable', { cause }))
    }
  }

  readonly #open = (request: ScreenRequest): Promise<void> =>
    this.#withStage((stage) => stage.open(request))

  protected override updated(changed: PropertyValues): void {
    // What has just failed is not tried again because it has.
    const hasFailed = changed.has('failure') && this.failure !== undefined
    if (!hasFailed && (this.#stage !== undefined || this.#shownView !== 'members')) {
      void this.#withStage((stage) => stage.update(this.#shownView))
    }
    this.#showTab()
  }

  /** Where the names of all views have no room; `scrollIntoView` would move the page as well. */
  #showTab(): void {
    const tab = this.renderRoot.querySelector<HTMLElement>('[aria-current]')
    const nav = tab?.parentElement
    if (!nav || tab === this.#seenTab) return
    // Nothing is measured as long as it is the first, as nearly always.
    if (this.#seenTab !== undefined || tab !== nav.firstElementChild) {
      nav.scrollLeft = tab.offsetLeft - (nav.clientWidth - tab.offsetWidth) / 2
    }
    this.#seenTab = tab
  }

  get #shownView(): TeamView {
    const action = views[this.view]
    return this.view in views && (action === undefined || this.can(action)) ? this.view : 'members'
  }

  #navigate(view: TeamView): void {
    this.view = view
    const event = new TeamNavigateEvent(this.list.query, view)
    this.dispatchEvent(event)
  }

  /** The same height before it is known who looks, so that nothing moves then. */
  #renderViews({ views: names }: Messages): TemplateResult {
    return html`<nav aria-labelledby="title">
      ${(Object.keys(views) as TeamView[])
        .filter((view) => views[view] === undefined || this.can(views[view]))
        .map(
          (view) =>
            html`<button
              type="button"
              part="tab"
              aria-current=${view === this.#shownView ? 'page' : nothing}
              @click=${() => this.#navigate(view)}
            >
              ${names[view]}
            </button>`,
        )}
    </nav>`
  }

  protected override render(): TemplateResult {
    const { summary, text } = this
    const isList = this.#shownView === 'members'
    return html`<section
      class="root"
      part="root"
      lang=${text?.tag ?? nothing}
      aria-labelledby="title"
    >
      <header>
        <slot name="title"><h2 id="title">${text?.messages.team}</h2></slot>
        ${
          text && summary
            ? html`<p>
                <bdi>${summary.name}</bdi>
                <span>${text.messages.seats(summary.seats.used, summary.seats.limit)}</span>
              </p>`
            : nothing
        }
        ${
          text && this.#canAdd
            ? html`<button
                type="button"
                class="primary"
                part="button invite-button"
                @click=${() => void this.open('invite')}
              >
                ${text.messages.addMember}
              </button>`
            : nothing
        }
      </header>
      ${text ? this.#renderViews(text.messages) : html`<nav></nav>`}
      <slot name="banner"></slot>
      <team-member-list
        exportparts=${innerParts}
        .session=${this.session}
        .text=${text}
        .workspace=${summary}
        .columns=${this.columns}
        .problem=${this.failure}
        .open=${this.#open}
        .canAdd=${this.#canAdd}
        .canPick=${this.can('bulk')}
        .canExport=${this.can('export')}
        ?hidden=${!isList}
        @members-change=${this.#onMembersChange}
      >
        <slot name="toolbar-start" slot="toolbar-start"></slot>
        <slot name="toolbar-end" slot="toolbar-end"></slot>
        ${
          // A slot that is passed on hides the list's own text even when nobody fills it.
          this.querySelector(':scope > [slot="empty"]') === null
            ? nothing
            : html`<slot name="empty" slot="empty"></slot>`
        }
      </team-member-list>
      <div class="view" ?hidden=${isList}>
        ${
          text && this.failure && !isList
            ? problemNotice(this.failure, text.messages, this.list.refresh)
            : nothing
        }
      </div>
      <slot name="footer"></slot>
    </section>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-widget': TeamWidget
  }
}
