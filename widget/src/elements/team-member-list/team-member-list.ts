import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'

import { ApiError } from '../../api/api-error.ts'
import type { MemberQuery } from '../../api/team-api.ts'
import type { TeamSession } from '../../api/team-session.ts'
import type { MemberFilter, MemberRow, TeamWorkspace } from '../../contract/index.ts'
import {
  everybody,
  type MemberChange,
  MembersController,
} from '../../controllers/members-controller.ts'
import {
  type GridBounds,
  type GridPosition,
  moveInGrid,
  RovingFocusController,
  type RovingHost,
} from '../../controllers/roving-focus-controller.ts'
import {
  RowWindowController,
  rowOf,
  type WindowedHost,
} from '../../controllers/row-window-controller.ts'
import { Selection, type SelectionRequest } from '../../controllers/selection.ts'
import {
  TeamErrorEvent,
  TeamNavigateEvent,
  TeamReadyEvent,
  TeamSelectionChangeEvent,
} from '../../events.ts'
import type { Localization } from '../../i18n/locales.ts'
import type { Messages } from '../../i18n/messages.ts'
import type { OpenScreen } from '../../screens/screen-request.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { emptyNotice, problemNotice } from '../notice.ts'
import type { ChangeNews } from '../team-change-notice/team-change-notice.ts'
import { changesInWords } from './changes-in-words.ts'
import { columnTracks, layoutFor, type ListLayout, type TeamColumn } from './columns.ts'
import { keyed } from './keyed.ts'
import { listHeader } from './list-header.ts'
import { listToolbar } from './list-toolbar.ts'
import { memberRowStyles } from './member-row.styles.ts'
import { emptyRow, memberRow } from './member-row.ts'
import { teamMemberListStyles } from './team-member-list.styles.ts'

const MINUTE_MS = 60_000

/**
 * The members of a workspace as an ARIA grid that never renders more than thirty rows.
 *
 * @fires team-ready - the first page is shown
 * @fires team-error - a request failed
 * @fires team-navigate - search, filters or order changed
 * @fires team-before-export - the found are about to be downloaded; cancelable
 * @fires team-after-export - they were
 * @fires team-selection-change - other members are chosen
 * @slot toolbar-start
 * @slot toolbar-end
 * @slot empty - replaces the text of an empty list
 * @csspart toolbar
 * @csspart viewport - what scrolls
 * @csspart header
 * @csspart row
 */
export class TeamMemberList extends LitElement implements RovingHost, WindowedHost {
  static override styles = [baseStyles, teamMemberListStyles, memberRowStyles]
  static override properties = {
    session: { attribute: false },
    text: { attribute: false },
    workspace: { attribute: false },
    columns: { attribute: false },
    layout: { state: true },
    announcement: { state: true },
    news: { state: true },
    hasFilters: { state: true },
    isExporting: { state: true },
    open: { attribute: false },
    canPick: { attribute: false },
    canExport: { attribute: false },
    problem: { attribute: false },
  }

  session: TeamSession | undefined
  text: Localization | undefined
  workspace: TeamWorkspace | undefined
  columns: readonly TeamColumn[] | null = null
  /** Opens a member, or the menu of what can be done with one. */
  open: OpenScreen = () => undefined
  /** Whether there is something to do with many members at once. */
  canPick = false
  /** Whether those who are found may be taken along as a file. */
  canExport = false
  /** What failed elsewhere and is said here, such as a file that did not come. */
  problem: ApiError | undefined

  private layout: ListLayout = layoutFor(1024)
  private announcement = ''
  /** What is shown over the rows, because it isn't seen in them. */
  private news: ChangeNews | undefined
  /** Whether the filters that are seldom needed are shown. */
  private hasFilters = false
  private isExporting = false

  #members = new MembersController(this, {
    onFirstPage: () => this.#showFromStart(),
    onChanges: (changes) => {
      void this.#tellChanges(changes)
      this.dispatchEvent(new Event('members-change'))
    },
    onError: ({ code, requestId }) => {
      const event = new TeamErrorEvent(code, requestId)
      this.dispatchEvent(event)
    },
  })
  #focus = new RovingFocusController(this)
  #rows = new RowWindowController(this)
  readonly #chosen = new Selection()
  /** The filter that the chosen were found by. */
  #chosenOf = ''
  #hadRows = false
  /** Rows that were shown before it was known who may choose keep room for it: nothing moves then. */
  #isRoomy = false
  #inlineSizePx = 1024
  #isReady = false
  #clock: ReturnType<typeof setInterval> | undefined

  constructor() {
    super()
    this.addEventListener('keydown', (event) => this.#onKey(event))
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#clock = setInterval(() => this.requestUpdate(), MINUTE_MS)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#clock)
  }

  /** What is searched for. */
  get query(): MemberQuery {
    return this.#members.query
  }

  /** Reads again what is in view. */
  refresh(): void {
    this.#members.retry()
  }

  /** How many are chosen, and as the API takes it, who. */
  get selection(): { count: number; isAll: boolean; request: SelectionRequest } {
    return {
      count: this.#chosen.count(this.#members.total),
      isAll: this.#chosen.isAll,
      request: this.#chosen.request(this.#filter),
    }
  }

  /** Chooses everybody who matches, or nobody. */
  choose(isAll: boolean): void {
    this.#chosen.choose(isAll)
    this.#onChoice()
  }

  /** Gives the focus to a member, wherever they are now, or to where they were; false when they are not in the list. */
  focusMember(id: string): boolean {
    const row = this.#members.indexOf(id)
    const { position } = this.#focus
    this.#focus.focus({ row: row === -1 ? position.row : row, column: position.column })
    return row !== -1
  }

  gridBounds(): GridBounds {
    return {
      rows: this.#members.total,
      columns: this.layout.columns.length,
      pageRows: this.#rows.rowsInView,
    }
  }

  showRow(row: number): void {
    this.#rows.showRow(row)
  }

  rowCount(): number {
    const { hasRows, total } = this.#members
    return hasRows ? total : this.#rows.rowsInView + 1
  }

  indexOfRow(id: string): number {
    return this.#members.indexOf(id)
  }

  *renderedRows(): Generator<[number, string]> {
    for (const [row, member] of this.#rowsInWindow) if (member) yield [row, member.id]
  }

  onInlineSize(px: number): void {
    this.#inlineSizePx = px
    const layout = layoutFor(px, this.columns)
    if (JSON.stringify(layout) !== JSON.stringify(this.layout)) this.layout = layout
  }

  cellAt({ row, column }: GridPosition): HTMLElement | null {
    return this.renderRoot.querySelector(`[data-row="${row}"] > [aria-colindex="${column + 1}"]`)
  }

  get #searchInput(): HTMLInputElement | null {
    return this.renderRoot.querySelector<HTMLInputElement>('input')
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('columns')) this.onInlineSize(this.#inlineSizePx)
    if (changed.has('session')) {
      this.#members.use(this.session)
      this.#chosen.choose(false)
      this.#isRoomy = false
      this.#say('')
    }
    if (this.#members.hasRows && this.workspace === undefined) this.#isRoomy = true
    const { hasFocus, position } = this.#focus
    const row = position.row + this.#rows.distanceMoved(position.row)
    this.#rows.settle(hasFocus ? position.row : null)
    this.#focus.position = { ...position, row: hasFocus ? row : this.#rows.nearestInView(row) }
  }

  protected override updated(): void {
    const { first, end } = this.#rows.window
    if (!this.#members.hasRows) return
    const { total } = this.#members
    // With the last row its focus is gone as well.
    const isLost = this.#hadRows && total === 0 && document.activeElement === document.body
    if (isLost) this.#searchInput?.focus()
    this.#hadRows = total > 0
    this.#members.show(first, end - 1)
    this.session?.watch([...this.renderedRows()].map(([, id]) => id))
  }

  protected override render(): TemplateResult {
    const { messages } = this.text ?? {}
    const members = this.#members
    const blocked = members.hasRows ? null : members.error
    return html`${
        messages === undefined
          ? html`<div class="toolbar"></div>`
          : listToolbar(
              members.query,
              messages,
              this.workspace,
              this.layout.isCards,
              { isOpen: this.hasFilters, toggle: this.#toggleFilters },
              this.#ask,
            )
      }
      ${
        this.hasFilters
          ? html`<team-filters
              .text=${this.text}
              .query=${members.query}
              .workspace=${this.workspace}
              .hasHeadings=${!this.layout.isCards}
              .ask=${this.#ask}
            ></team-filters>`
          : nothing
      }
      ${messages && blocked === null ? this.#renderProblem(messages) : nothing}
      <div class="stage">
        ${
          messages !== undefined && blocked !== null
            ? problemNotice(blocked, messages, () => members.retry())
            : messages !== undefined && members.hasRows && members.total === 0
              ? this.#renderEmpty(messages)
              : this.#renderGrid()
        }
      </div>
      <div class="probe" aria-hidden="true"></div>
      <div class="summary">
        ${messages && members.hasRows ? this.#renderSummary(messages) : nothing}
      </div>
      <p class="visually-hidden" role="status">${this.announcement}</p>
      ${
        messages === undefined || this.news === undefined
          ? nothing
          : html`<team-change-notice
              .messages=${messages}
              .news=${this.news}
              @show=${this.#showNews}
              @close=${this.#closeNews}
            ></team-change-notice>`
      }
      ${
        this.#chosen.count(members.total) === 0
          ? nothing
          : html`<team-bulk-bar
              .text=${this.text}
              .open=${this.open}
              .selection=${this.selection}
              .total=${members.total}
              @choose=${({ detail }: CustomEvent<boolean>) => this.choose(detail)}
            ></team-bulk-bar>`
      }`
  }

  #renderSummary(messages: Messages): TemplateResult {
    return html`<span>${this.#countText(messages)}</span> ${
        this.canExport && this.#members.total > 0
          ? html`<button
              type="button"
              part="button"
              ?disabled=${this.isExporting}
              @click=${this.#export}
            >
              ${messages.exportCsv}
            </button>`
          : nothing
      }`
  }

  #renderProblem(messages: Messages): TemplateResult | typeof nothing {
    const error = this.#members.error ?? this.problem
    if (!error) return nothing
    return problemNotice(error, messages, () => {
      this.problem = undefined
      this.#members.retry()
    })
  }

  #renderEmpty(messages: Messages): TemplateResult {
    if (!this.#isFiltered) {
      return html`<slot name="empty">${emptyNotice(messages.emptyList)}</slot>`
    }
    return emptyNotice(
      messages.noMatch,
      html`<button type="button" part="button" @click=${() => this.#ask(everybody)}>
        ${messages.clearFilters}
      </button>`,
    )
  }

  #renderGrid(): TemplateResult {
    const { columns } = this.layout
    const { messages } = this.text ?? {}
    const { hasRows, total } = this.#members
    return html`<div
      class="viewport"
      part="viewport"
      role="grid"
      aria-label=${messages?.members ?? nothing}
      aria-rowcount=${hasRows ? total + 1 : -1}
      aria-colcount=${columns.length}
      aria-busy=${!hasRows || this.#members.isSearching}
      aria-multiselectable=${this.canPick || nothing}
      .style=${`--_columns:${columnTracks(columns)}`}
      @scroll=${this.#rows.onScroll}
      @click=${this.#onClick}
      @focusin=${this.#onFocusIn}
      @pointermove=${this.#rows.onPointerMove}
      @pointerleave=${this.#rows.onPointerLeave}
    >
      ${listHeader(columns, messages, this.query.sort ?? 'name', (sort) => this.#ask({ sort }))}
      <div
        class="canvas ${this.#members.isSearching ? 'outdated' : ''}"
        role="rowgroup"
        .style=${`block-size:${this.#rows.canvasHeight}px`}
      >
        ${keyed(
          this.#rowsInWindow.map(([row, member]) => [
            member?.id ?? row,
            this.#renderRow(row, member),
          ]),
        )}
      </div>
    </div>`
  }

  #renderRow(row: number, member: MemberRow | undefined): TemplateResult {
    const { layout } = this
    const topPx = row * this.#rows.rowHeight
    if (member === undefined || this.text === undefined) return emptyRow({ layout, topPx })
    const { position } = this.#focus
    return memberRow(member, this.text, Date.now(), {
      row,
      topPx,
      layout,
      tabStop: row === position.row ? position.column : null,
      highlight: this.#members.highlights.get(member.id)?.kind,
      picked: this.canPick ? this.#chosen.has(member.id) : this.#isRoomy ? 'later' : undefined,
    })
  }

  /** The rows to render: those in the window, and the focused one wherever it is. */
  get #rowsInWindow(): [number, MemberRow | undefined][] {
    const { first, end } = this.#rows.window
    const known = this.#members.rows(first, end)
    const rows: [number, MemberRow | undefined][] = []
    for (let row = first; row < end; row += 1) rows.push([row, known[row - first]])
    const { row } = this.#focus.position
    if (row < first || row >= end) {
      const [member] = this.#members.rows(row, row + 1)
      if (member !== undefined) rows[row < first ? 'unshift' : 'push']([row, member])
    }
    return rows
  }

  get #isFiltered(): boolean {
    return Object.keys(this.#filter).length > 0
  }

  /** Whom the rows answer to, as the API takes it. */
  get #filter(): MemberFilter {
    const { sort: _sort, ...filter } = this.#members.shownQuery
    return Object.fromEntries(Object.entries(filter).filter(([, value]) => value))
  }

  readonly #ask = (change: Partial<MemberQuery>): void => {
    this.#members.search(change)
    const event = new TeamNavigateEvent(this.#members.query)
    this.dispatchEvent(event)
  }

  readonly #toggleFilters = async (): Promise<void> => {
    try {
      await import('../../screens/extras.ts')
      this.hasFilters = !this.hasFilters
    } catch (cause) {
      this.problem = new ApiError('unreachable', { cause })
    }
  }

  readonly #export = async (): Promise<void> => {
    const { session, text } = this
    if (session === undefined || text === undefined) return
    this.isExporting = true
    try {
      const { exportMembers } = await import('../../screens/extras.ts')
      await exportMembers(this, session.api, this.#filter, text.locale)
    } catch (cause) {
      this.problem = cause instanceof ApiError ? cause : new ApiError('unreachable', { cause })
    }
    this.isExporting = false
  }

  #showFromStart(): void {
    this.#rows.startOver()
    const filter = JSON.stringify(this.#filter)
    // In another order the chosen are the same.
    if (this.#chosen.count(1) > 0 && filter !== this.#chosenOf) this.choose(false)
    this.#chosenOf = filter
    this.#focus.position = { row: 0, column: 0 }
    if (this.text !== undefined) this.#say(this.#countText(this.text.messages))
    if (this.#isReady) return
    this.#isReady = true
    const event = new TeamReadyEvent(this.#members.total)
    this.dispatchEvent(event)
  }

  #countText({ matchCount, memberCount }: Messages): string {
    return (this.#isFiltered ? matchCount : memberCount)(this.#members.total)
  }

  /** To those who listen; what was shown before is no news any more. */
  #say(words: string): void {
    this.announcement = words
    this.news = undefined
  }

  async #tellChanges(changes: readonly MemberChange[]): Promise<void> {
    const { session } = this
    this.requestUpdate()
    // Only then it is known which rows are in view.
    await this.updateComplete
    if (this.text === undefined || this.session !== session) return
    const text = changesInWords(changes, this.text.messages)
    this.#say(text)
    const unseen = changes.filter(({ id }) => !this.#rows.isInView(this.#members.indexOf(id)))
    if (unseen.length === 0) return
    const news = { text, subject: unseen.find(({ kind }) => kind !== 'removed') }
    try {
      await import('../../screens/extras.ts')
      if (this.announcement === text) this.news = news
    } catch {
      // It has been said and the rows are right: nothing that needs an error message is lost.
    }
  }

  #showNews = (): void => {
    const subject = this.news?.subject
    this.news = undefined
    const row = subject === undefined ? -1 : this.#members.indexOf(subject.id)
    if (subject === undefined || row === -1) return
    this.#members.highlight(subject)
    this.#focus.focus({ row, column: 0 })
  }

  #closeNews = ({ currentTarget }: Event): void => {
    this.news = undefined
    // The focus must not vanish with the button.
    if ((currentTarget as Element).matches(':focus-within')) this.#focus.focus(this.#focus.position)
  }

  /** Opens what a cell leads to. */
  #enter(row: number, cell: Element | null, wantsMenu = cell?.matches('.menu')): void {
    const [member] = this.#members.rows(row, row + 1)
    if (member === undefined) return
    this.open(
      wantsMenu && cell ? { screen: 'menu', member, anchor: cell } : { screen: 'member', member },
    )
  }

  #pick(row: number, isChosen?: boolean): void {
    const [member] = this.#members.rows(row, row + 1)
    if (member === undefined || !this.canPick) return
    this.#chosen.set(member.id, isChosen ?? !this.#chosen.has(member.id))
    this.#onChoice()
  }

  #onChoice(): void {
    this.requestUpdate()
    const { count } = this.selection
    const event = new TeamSelectionChangeEvent(count)
    this.dispatchEvent(event)
    if (count > 0) {
      import('../../screens/extras.ts').catch((cause: unknown) => {
        this.problem = new ApiError('unreachable', { cause })
      })
    }
  }

  #onKey(event: KeyboardEvent): void {
    const target = event.composedPath()[0]
    if (!(target instanceof HTMLElement) || event.defaultPrevented) return
    const isTyping = target.matches('input, select, textarea, [contenteditable]')
    if (event.key === '/' && !isTyping) {
      event.preventDefault()
      this.#searchInput?.focus()
    } else if (event.key === 'ArrowDown' && target === this.#searchInput) {
      event.preventDefault()
      this.#focus.focus(this.#focus.position)
    } else if (target.matches('.heading > *')) {
      this.#onHeadingKey(event, target)
    } else if (target.matches('[data-row] > *')) {
      const { row } = this.#focus.position
      const isMenuKey = event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')
      if (event.key === 'Enter' || isMenuKey) this.#enter(row, target, isMenuKey || undefined)
      else if (event.key === ' ') this.#pick(row)
      else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && this.canPick) {
        this.choose(true)
      } else if (event.key === 'ArrowUp' && row === 0 && !this.layout.isCards) {
        const buttons = this.#headingButtons
        const own = buttons.find(
          (button) => button.parentElement?.ariaColIndex === target.ariaColIndex,
        )
        ;(own ?? buttons[0])?.focus()
      } else {
        if (this.#focus.handleKey(event) && event.shiftKey && this.#focus.position.row !== row) {
          this.#pick(row, true)
          this.#pick(this.#focus.position.row, true)
        }
        return
      }
      event.preventDefault()
    }
  }

  get #headingButtons(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.heading > button')]
  }

  #onHeadingKey(event: KeyboardEvent, target: HTMLElement): void {
    const buttons = this.#headingButtons
    const isRightToLeft = getComputedStyle(this).direction === 'rtl'
    const from = { row: 0, column: buttons.indexOf(target) }
    const bounds = { rows: 2, columns: buttons.length, pageRows: 1 }
    const to = moveInGrid(event, from, bounds, isRightToLeft)
    if (to === null) return
    event.preventDefault()
    if (to.row === 0) buttons[to.column]?.focus()
    else {
      const column = Number(target.parentElement?.ariaColIndex) - 1
      this.#focus.focus({ row: this.#rows.nearestInView(0), column })
    }
  }

  #onClick = (event: MouseEvent): void => {
    const row = rowOf(event)
    const target = event.target as Element
    if (row === null || document.getSelection()?.type === 'Range') return
    // The box beside a name is drawn by its cell, and the picture is as good as the box.
    if (this.canPick && target.matches('.cell.person, .avatar, .avatar *')) this.#pick(row)
    else this.#enter(row, target.closest('.cell'))
  }

  #onFocusIn = (event: FocusEvent): void => {
    const row = rowOf(event)
    const cell = (event.target as Element).closest('[aria-colindex]')
    if (row === null || cell === null) return
    const column = Number(cell.getAttribute('aria-colindex')) - 1
    if (row === this.#focus.position.row && column === this.#focus.position.column) return
    this.#focus.position = { row, column }
    this.requestUpdate()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-member-list': TeamMemberList
  }
}
