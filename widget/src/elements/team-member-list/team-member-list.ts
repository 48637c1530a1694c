import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'

import { ApiError } from '../../api/api-error.ts'
import type { MemberQuery } from '../../api/team-api.ts'
import type { TeamSession } from '../../api/team-session.ts'
import type { MemberFilter, MemberRow, TeamWorkspace } from '../../contract/index.ts'
import { everybody, MembersController } from '../../controllers/members-controller.ts'
import {
  type GridBounds,
  type GridPosition,
  RovingFocusController,
  type RovingHost,
} from '../../controllers/roving-focus-controller.ts'
import {
  RowWindowController,
  rowOf,
  type WindowedHost,
} from '../../controllers/row-window-controller.ts'
import {
  Selection,
  type SelectionHost,
  type SelectionRequest,
} from '../../controllers/selection.ts'
import { TeamNavigateEvent, TeamReadyEvent, tellError } from '../../events.ts'
import type { Localization } from '../../i18n/locales.ts'
import type { Messages } from '../../i18n/messages.ts'
import { property, state } from '../../screens/reactive.ts'
import type { OpenScreen } from '../../screens/screen-request.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { action, emptyNotice, problemNotice } from '../notice.ts'
import { columnTracks, layoutFor, type ListLayout, type TeamColumn } from './columns.ts'
import { type KeyedRow, KeyedRows } from './keyed-rows.ts'
import { listHeader } from './list-header.ts'
import { type KeyedList, ListKeys } from './list-keys.ts'
import { ListNews, type NewsHost } from './list-news.ts'
import { listToolbar } from './list-toolbar.ts'
import { memberRowStyles } from './member-row.styles.ts'
import { emptyRow, memberRow, type RowPlace } from './member-row.ts'
import { teamMemberListStyles } from './team-member-list.styles.ts'

const MINUTE_MS = 60_000

/**
 * The members of a workspace as an ARIA grid that never renders more than thirty rows.
 *
 * @fires members-change - the workspace has to be read again
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
export class TeamMemberList
  extends LitElement
  implements RovingHost, WindowedHost, NewsHost, SelectionHost, KeyedList
{
  static override styles = [baseStyles, teamMemberListStyles, memberRowStyles]
  static override properties = {
    session: property,
    text: property,
    workspace: property,
    columns: property,
    layout: state,
    hasFilters: state,
    isExporting: state,
    open: property,
    canAdd: property,
    canPick: property,
    canExport: property,
    problem: property,
  }

  session: TeamSession | undefined
  text: Localization | undefined
  workspace: TeamWorkspace | undefined
  columns: readonly TeamColumn[] | null = null
  /** Opens a member, or the menu of what can be done with one. */
  open: OpenScreen = () => undefined
  /** Whether people may be added. */
  canAdd = false
  /** Whether there is something to do with many members at once. */
  canPick = false
  /** Whether those who are found may be taken along as a file. */
  canExport = false
  /** What failed elsewhere and is said here, such as a file that did not come. */
  problem: ApiError | undefined

  private layout: ListLayout = layoutFor(1024)
  /** Whether the filters that are seldom needed are shown. */
  private hasFilters = false
  private isExporting = false

  #members = new MembersController(this, {
    onFirstPage: () => this.#showFromStart(),
    onChanges: (changes) => {
      void this.#news.tell(changes)
      this.#tell()
    },
    onError: (error) => tellError(this, error),
  })
  #focus = new RovingFocusController(this)
  #rows = new RowWindowController(this)
  readonly #elements = new KeyedRows()
  readonly #news = new ListNews(this)
  readonly #chosen = new Selection(this)
  #hadRows = false
  /** Rows that were shown before it was known who may choose keep room for it: nothing moves then. */
  #isRoomy = false
  #inlineSizePx = 1024
  #isReady = false
  #clock: ReturnType<typeof setInterval> | undefined

  constructor() {
    super()
    this.addEventListener('keydown', new ListKeys(this, this.#focus, this.#rows).onKey)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#clock = setInterval(() => this.requestUpdate(), MINUTE_MS)
    addEventListener('online', this.#onOnline)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#clock)
    removeEventListener('online', this.#onOnline)
  }

  /** What is searched for. */
  get query(): MemberQuery {
    return this.#members.query
  }

  /** Reads again what is in view, and the workspace. */
  readonly refresh = (): void => {
    this.problem = undefined
    this.#members.retry()
    this.#tell()
  }

  #tell(): void {
    this.dispatchEvent(new Event('members-change'))
  }

  readonly #onOnline = (): void => {
    if (this.#error?.kind === 'unreachable') this.refresh()
  }

  get #error(): ApiError | null | undefined {
    return this.#members.error ?? this.problem
  }

  /** Who is chosen. */
  get selection(): { count: number; isAll: boolean; request: SelectionRequest } {
    const { count, isAll, request } = this.#chosen
    return { count, isAll, request }
  }

  onChosen(): void {
    void this.#attempt(() => import('../../screens/extras.ts'))
  }

  /** Gives the focus to a member, wherever they are now, or to where they were. */
  focusMember(id: string): void {
    const row = this.#members.indexOf(id)
    const { position } = this.#focus
    this.#focus.focus({ row: row === -1 ? position.row : row, column: position.column })
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

  get searchInput(): HTMLInputElement | null {
    return this.renderRoot.querySelector<HTMLInputElement>('input')
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('columns')) this.onInlineSize(this.#inlineSizePx)
    if (changed.has('session')) {
      if (this.#chosen.count > 0) this.#chosen.choose(false)
      this.#members.use(this.session)
      this.#isRoomy = false
      this.#news.say('')
    }
    if (this.#members.hasRows && this.workspace === undefined) this.#isRoomy = true
    const { hasFocus, position } = this.#focus
    const row = position.row + this.#rows.distanceMoved(position.row)
    this.#rows.settle(hasFocus ? position.row : null)
    this.#focus.position = { ...position, row: hasFocus ? row : this.#rows.nearestInView(row) }
  }

  protected override update(changed: PropertyValues<this>): void {
    super.update(changed)
    const canvas = this.renderRoot.querySelector('.canvas')
    if (canvas === null) return
    const rows = this.#rowsInWindow.map(([row, member]) => this.#row(row, member))
    this.#elements.render(canvas, rows, this)
  }

  protected override updated(): void {
    const { first, end } = this.#rows.window
    if (!this.#members.hasRows) return
    const { total } = this.#members
    // With the last row its focus is gone as well.
    const isLost = this.#hadRows && total === 0 && document.activeElement === document.body
    if (isLost) this.searchInput?.focus()
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
            ? problemNotice(blocked, messages, this.refresh)
            : messages !== undefined && members.hasRows && members.total === 0
              ? this.#renderEmpty(messages)
              : this.#renderGrid()
        }
      </div>
      <div class="probe" aria-hidden="true"></div>
      <div class="summary">
        ${messages && members.hasRows ? this.#renderSummary(messages) : nothing}
      </div>
      <p class="visually-hidden" role="status">${this.#news.said}</p>
      ${
        messages === undefined || this.#news.unseen === undefined
          ? nothing
          : html`<team-change-notice
              .messages=${messages}
              .news=${this.#news.unseen}
              @show=${this.#showNews}
              @close=${this.#closeNews}
            ></team-change-notice>`
      }
      ${
        this.#chosen.count === 0
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
    const error = this.#error
    return error ? problemNotice(error, messages, this.refresh) : nothing
  }

  #renderEmpty(messages: Messages): TemplateResult {
    if (!this.#isFiltered) {
      const add = (): void => this.open({ screen: 'invite' })
      return html`<slot name="empty"
        >${emptyNotice(
          messages.emptyList,
          this.canAdd ? action(messages.addMember, add) : nothing,
        )}</slot
      >`
    }
    return emptyNotice(
      messages.noMatch,
      action(messages.clearFilters, () => this.#ask(everybody)),
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
      ></div>
    </div>`
  }

  #row(row: number, member: MemberRow | undefined): KeyedRow {
    const { layout, text } = this
    const topPx = row * this.#rows.rowHeight
    if (member === undefined || text === undefined) {
      return [row, [topPx, layout], () => emptyRow({ layout, topPx })]
    }
    const { position } = this.#focus
    const now = Date.now()
    const tabStop = row === position.row ? position.column : null
    const highlight = this.#members.highlights.get(member.id)?.kind
    const picked = this.canPick ? this.#chosen.has(member.id) : this.#isRoomy ? 'later' : undefined
    const place: RowPlace = { row, topPx, layout, tabStop, highlight, picked }
    const minute = Math.floor(now / MINUTE_MS)
    const inputs = [text, minute, JSON.stringify(member), ...Object.values(place)]
    return [member.id, inputs, () => memberRow(member, text, now, place)]
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
    return Object.keys(this.filter).length > 0
  }

  /** Whom the rows answer to, as the API takes it. */
  get filter(): MemberFilter {
    const { sort: _sort, ...filter } = this.#members.shownQuery
    return Object.fromEntries(Object.entries(filter).filter(([, value]) => value))
  }

  /** How many the rows are. */
  get total(): number {
    return this.#members.total
  }

  readonly #ask = (change: Partial<MemberQuery>): void => {
    this.#members.search(change)
    const event = new TeamNavigateEvent(this.#members.query)
    this.dispatchEvent(event)
  }

  /** What comes with a file of its own may not come. */
  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (cause) {
      this.problem = cause instanceof ApiError ? cause : new ApiError('unreachable', { cause })
      tellError(this, this.problem)
    }
  }

  readonly #toggleFilters = (): Promise<void> =>
    this.#attempt(async () => {
      await import('../../screens/extras.ts')
      this.hasFilters = !this.hasFilters
    })

  readonly #export = async (): Promise<void> => {
    const { session, text } = this
    if (session === undefined || text === undefined) return
    this.isExporting = true
    await this.#attempt(async () => {
      const { exportMembers } = await import('../../screens/extras.ts')
      await exportMembers(this, session.api, this.filter, text.locale)
    })
    this.isExporting = false
  }

  #showFromStart(): void {
    this.#rows.startOver()
    this.#chosen.follow()
    this.#focus.position = { row: 0, column: 0 }
    if (this.text !== undefined) this.#news.say(this.#countText(this.text.messages))
    if (this.#isReady) return
    this.#isReady = true
    const event = new TeamReadyEvent(this.#members.total)
    this.dispatchEvent(event)
  }

  #countText({ matchCount, memberCount }: Messages): string {
    return (this.#isFiltered ? matchCount : memberCount)(this.#members.total)
  }

  isSeen(id: string): boolean {
    return this.#rows.isInView(this.#members.indexOf(id))
  }

  #showNews = (): void => {
    const subject = this.#news.unseen?.subject
    this.#news.forget()
    const row = subject === undefined ? -1 : this.#members.indexOf(subject.id)
    if (subject === undefined || row === -1) return
    this.#members.highlight(subject)
    this.#focus.focus({ row, column: 0 })
  }

  #closeNews = ({ currentTarget }: Event): void => {
    this.#news.forget()
    // The focus must not vanish with the button.
    if ((currentTarget as Element).matches(':focus-within')) this.#focus.focus(this.#focus.position)
  }

  get hasHeadings(): boolean {
    return !this.layout.isCards
  }

  enter(row: number, cell: Element | null, wantsMenu: boolean): void {
    const [member] = this.#members.rows(row, row + 1)
    if (member === undefined) return
    this.open(
      wantsMenu && cell ? { screen: 'menu', member, anchor: cell } : { screen: 'member', member },
    )
  }

  pick(row: number, isChosen?: boolean): void {
    const [member] = this.#members.rows(row, row + 1)
    if (member !== undefined && this.canPick) this.#chosen.pick(member.id, isChosen)
  }

  choose(isAll: boolean): void {
    this.#chosen.choose(isAll)
  }

  #onClick = (event: MouseEvent): void => {
    const row = rowOf(event)
    const target = event.target as Element
    if (row === null || document.getSelection()?.type === 'Range') return
    // The box beside a name is drawn by its cell, and the picture is as good as the box.
    if (this.canPick && target.matches('.cell.person, .avatar, .avatar *')) this.pick(row)
    else {
      const cell = target.closest('.cell')
      this.enter(row, cell, cell?.matches('.menu') === true)
    }
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
