import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'

import { toApiError } from '../../api/api-error.ts'
import { createTeamApi } from '../../api/team-api.ts'
import { createTeamSession, type TeamSession } from '../../api/team-session.ts'
import type { WorkspaceSummary } from '../../contract/index.ts'
import { LocalizeController } from '../../controllers/localize-controller.ts'
import { type GetToken, TokenController } from '../../controllers/token-controller.ts'
import { TeamAuthRequiredEvent, TeamErrorEvent } from '../../events.ts'
import type { Labels } from '../../i18n/labels.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { tokens } from '../../styles/tokens.styles.ts'
import { VERSION } from '../../version.ts'
import type { TeamMemberList } from '../team-member-list/team-member-list.ts'
import { teamWidgetStyles } from './team-widget.styles.ts'

/**
 * The team of a workspace, inside the page of an inbox product.
 *
 * @fires team-ready - the first page of members is shown
 * @fires team-error - something failed; carries a closed `code` and the request's id
 * @fires team-token-request - a token is needed and `getToken` isn't set
 * @fires team-auth-required - no accepted token: the person has to sign in to the host again
 * @fires team-navigate - what is shown has changed
 * @slot title - replaces the heading
 * @slot banner - above the list
 * @slot toolbar-start
 * @slot toolbar-end
 * @slot empty - replaces the text of an empty list
 * @slot footer
 * @csspart root
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
    locale: {},
    theme: { reflect: true },
    density: { reflect: true },
    getToken: { attribute: false },
    labels: { attribute: false },
    session: { state: true },
    summary: { state: true },
  }

  /** Where the Team API is: an origin or a path before `/team/v1`. */
  apiBase = ''
  /** Given to whoever makes the token, so that one page can serve several workspaces. */
  workspace: string | null = null
  /** A BCP 47 tag; by default the nearest `lang`, then the browser's language. */
  locale: string | null = null
  /** `auto` follows the page's `color-scheme`. */
  theme: 'auto' | 'light' | 'dark' = 'auto'
  density: 'comfortable' | 'compact' = 'comfortable'
  getToken: GetToken | null = null
  /** The host's own words in place of ours. */
  labels: Labels = {}

  private session: TeamSession | undefined
  private summary: WorkspaceSummary | undefined

  #localize = new LocalizeController(this)
  #tokens = new TokenController(this)
  #reading: AbortController | undefined
  #isSignedOut = false

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.session !== undefined) void this.#readWorkspace(this.session)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#reading?.abort()
  }

  /** Reads everything in view again; after `team-auth-required` also asks for a new token. */
  refresh(): void {
    if (this.session === undefined) return
    void this.#readWorkspace(this.session)
    this.#list.refresh()
  }

  get #list(): TeamMemberList {
    return this.renderRoot.querySelector<TeamMemberList>('team-member-list')!
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // A framework may set a new function with every render: it matters only when we wait for one.
    if (changed.has('getToken') && this.#isSignedOut) this.refresh()
    const isOtherSource = changed.has('apiBase') || changed.has('workspace')
    if (!isOtherSource && this.session !== undefined) return
    this.#tokens.tokens.forget()
    this.session = createTeamSession(
      createTeamApi({
        apiBase: this.apiBase,
        tokens: this.#tokens.tokens,
        onAuthRequired: () => {
          this.#isSignedOut = true
          const event = new TeamAuthRequiredEvent()
          this.dispatchEvent(event)
        },
      }),
    )
    this.summary = undefined
    void this.#readWorkspace(this.session)
  }

  async #readWorkspace({ api }: TeamSession): Promise<void> {
    this.#reading?.abort()
    const reading = new AbortController()
    this.#reading = reading
    try {
      this.summary = await api.readWorkspace(reading.signal)
      this.#isSignedOut = false
    } catch (cause) {
      if (reading.signal.aborted) return
      const { code, requestId } = toApiError(cause)
      const event = new TeamErrorEvent(code, requestId)
      this.dispatchEvent(event)
    }
  }

  /** Seats may have been taken or given back. */
  #onMembersChange = (): void => {
    if (this.session !== undefined) void this.#readWorkspace(this.session)
  }

  protected override render(): TemplateResult {
    const text = this.#localize.value
    const { summary } = this
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
      </header>
      <slot name="banner"></slot>
      <team-member-list
        .session=${this.session}
        .text=${text}
        .workspace=${summary}
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
      <slot name="footer"></slot>
    </section>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-widget': TeamWidget
  }
}
