import type { ReactiveController, ReactiveControllerHost } from 'lit'

import { type ListView, type RowWindow, rowWindow, scrollTopToShow } from './row-window.ts'

/** So many rows on either side are rendered ahead at a time. */
const STEP = 3
/** Safari has no idle time to give, and where there is none for a second it is done all the same. */
const whenIdle = (work: () => void): unknown =>
  globalThis.requestIdleCallback?.(work, { timeout: 1000 }) ?? setTimeout(work, 100)

/**
 * A list that renders only some of its rows. Its shadow root has a `.stage`, in it a scrolling `.viewport`
 * with a `.canvas` as high as all rows, and outside a `.probe` as high as one row.
 */
export interface WindowedHost extends ReactiveControllerHost, HTMLElement {
  readonly renderRoot: HTMLElement | DocumentFragment
  /** How many rows can be scrolled to. */
  rowCount(): number
  /** Where the row of this thing stands now, or -1. */
  indexOfRow(id: string): number
  /** What was rendered last, and where. */
  renderedRows(): Iterable<[row: number, id: string]>
  /** The list has this much room now, as pixels are where a rem is 16 of them. */
  onInlineSize(px: number): void
}

/** Knows which rows are in view, and keeps them there when others come or go above. */
export class RowWindowController implements ReactiveController {
  #host: WindowedHost
  #scrollTop = 0
  #isScrollTopOurs = false
  #isWatching = false
  #isAhead = false
  #hoveredRow: number | null = null
  #renderedIds = new Map<number, string>()
  #resizes = new ResizeObserver(() => this.#measure())
  rowHeight = 64
  viewportHeight = 640
  window: RowWindow = { first: 0, end: 0 }

  constructor(host: WindowedHost) {
    this.#host = host
    host.addController(this)
  }

  /** How many rows fit into the viewport, at least one. */
  get rowsInView(): number {
    return Math.max(1, Math.floor(this.viewportHeight / this.rowHeight))
  }

  get canvasHeight(): number {
    const rows = this.#host.rowCount() * this.rowHeight
    // Under the pointer nothing moves, even if that leaves some space below the last row for a while.
    return this.#hoveredRow === null ? rows : Math.max(rows, this.#scrollTop + this.viewportHeight)
  }

  get #view(): ListView {
    const { viewportHeight, rowHeight } = this
    return { scrollTop: this.#scrollTop, viewportHeight, rowHeight, count: this.#host.rowCount() }
  }

  /** Scrolls as little as possible until the row is in view. */
  showRow(row: number): void {
    this.#scrollTo(scrollTopToShow(row, this.#view))
  }

  /** Goes to the top of what is a new list. */
  startOver(): void {
    this.#renderedIds.clear()
    this.window = { first: 0, end: 0 }
    this.#scrollTo(0)
  }

  /** The row nearest to `row` that is in view as a whole. */
  nearestInView(row: number): number {
    const top = Math.ceil(this.#scrollTop / this.rowHeight)
    return Math.max(top, Math.min(row, top + this.rowsInView - 1))
  }

  /** True for a row that is seen as a whole; a removed one has none (-1). */
  isInView(row: number): boolean {
    return this.nearestInView(row) === row
  }

  /** How many rows further down something stands now that was rendered as `row`. */
  distanceMoved(row: number): number {
    const id = this.#renderedIds.get(row)
    const now = id === undefined ? -1 : this.#host.indexOfRow(id)
    return now === -1 ? 0 : now - row
  }

  /** To be called before rendering: what the person points at, has focused or looks at stays where it is. */
  settle(focusedRow: number | null): void {
    const firstInView = this.#scrollTop > 0 ? Math.ceil(this.#scrollTop / this.rowHeight) : null
    const anchor = this.#hoveredRow ?? focusedRow ?? firstInView
    const moved = anchor === null ? 0 : this.distanceMoved(anchor)
    if (moved !== 0) this.#scrollTo(this.#scrollTop + moved * this.rowHeight)
    if (this.#hoveredRow !== null) this.#hoveredRow += this.distanceMoved(this.#hoveredRow)
    this.window = rowWindow(this.#view, this.window)
  }

  hostUpdated(): void {
    this.#watch()
    this.#renderedIds = new Map(this.#host.renderedRows())
    this.#renderAhead()
    const viewport = this.#find('.viewport')
    if (!this.#isScrollTopOurs || viewport === null) return
    viewport.scrollTop = this.#scrollTop
    this.#isScrollTopOurs = false
  }

  hostDisconnected(): void {
    this.#resizes.disconnect()
    this.#isWatching = false
  }

  readonly onScroll = (event: Event): void => {
    const { scrollTop } = event.currentTarget as HTMLElement
    // What we set ourselves comes back rounded.
    if (Math.abs(scrollTop - this.#scrollTop) < 1) return
    this.#scrollTop = scrollTop
    this.#hoveredRow = null
    if (this.#lacks(0)) this.#host.requestUpdate()
  }

  readonly onPointerMove = (event: PointerEvent): void => {
    this.#hoveredRow = event.pointerType === 'mouse' ? rowOf(event) : null
  }

  readonly onPointerLeave = (): void => {
    this.#hoveredRow = null
    this.#host.requestUpdate()
  }

  #watch(): void {
    if (this.#isWatching || !this.#host.isConnected) return
    this.#isWatching = true
    for (const part of ['.stage', '.probe']) {
      const element = this.#find(part)
      if (element !== null) this.#resizes.observe(element)
    }
    this.#measure()
  }

  #measure(): void {
    const stage = this.#find('.stage')
    const rowHeight = this.#find('.probe')?.offsetHeight ?? 0
    if (stage === null || rowHeight === 0) return
    // Columns have room for so much text, not for so many pixels.
    const scale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
    this.#host.onInlineSize(stage.clientWidth / scale)
    // Rows of another height: the same one stays at the top.
    if (rowHeight !== this.rowHeight) this.#scrollTo((this.#scrollTop / this.rowHeight) * rowHeight)
    const header = this.#find('.canvas')?.offsetTop ?? 0
    const viewportHeight = (this.#find('.viewport') ?? stage).clientHeight - header
    if (rowHeight === this.rowHeight && viewportHeight === this.viewportHeight) return
    this.rowHeight = rowHeight
    this.viewportHeight = viewportHeight
    this.#host.requestUpdate()
  }

  #lacks(more: number): boolean {
    const { first, end } = rowWindow(this.#view, this.window, more)
    return first !== this.window.first || end !== this.window.end
  }

  /**
   * A page further down is mostly there when a key asks for it: rows are rendered ahead while there is nothing else to
   * do, and while none is waited for.
   */
  #renderAhead(): void {
    const { first, end } = this.window
    if (this.#isAhead || this.#renderedIds.size < end - first || !this.#lacks(STEP)) return
    this.#isAhead = true
    whenIdle(() => {
      this.#isAhead = false
      this.window = rowWindow(this.#view, this.window, STEP)
      this.#host.requestUpdate()
    })
  }

  #scrollTo(scrollTop: number): void {
    this.#scrollTop = Math.max(0, scrollTop)
    this.#isScrollTopOurs = true
  }

  #find(selector: string): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>(selector)
  }
}

/** The row that an event happened in, from its `data-row`. */
export function rowOf(event: Event): number | null {
  const row = (event.target as Element).closest('[data-row]')?.getAttribute('data-row')
  return row == null ? null : Number(row)
}
