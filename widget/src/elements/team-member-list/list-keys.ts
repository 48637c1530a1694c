import {
  moveInGrid,
  type RovingFocusController,
} from '../../controllers/roving-focus-controller.ts'
import type { RowWindowController } from '../../controllers/row-window-controller.ts'

/** What a key asks of the list; `move` and `move-in-headings` leave it to the key where to. */
export type ListCommand =
  | 'search'
  | 'rows'
  | 'enter'
  | 'menu'
  | 'pick'
  | 'pick-all'
  | 'headings'
  | 'move'
  | 'move-in-headings'

/** What a key asks for where it was pressed, or null for a key that isn't ours. */
export function commandOf(
  event: KeyboardEvent,
  list: {
    searchInput: Element | null
    isFirstRow: boolean
    hasHeadings: boolean
    canPick: boolean
  },
): ListCommand | null {
  const target = event.composedPath()[0]
  if (!(target instanceof HTMLElement) || event.defaultPrevented) return null
  const { key } = event
  const isTyping = target.matches('input, select, textarea, [contenteditable]')
  if (key === '/' && !isTyping) return 'search'
  if (key === 'ArrowDown' && target === list.searchInput) return 'rows'
  if (target.matches('.heading > *')) return 'move-in-headings'
  if (!target.matches('[data-row] > *')) return null
  if (key === 'ContextMenu' || (event.shiftKey && key === 'F10')) return 'menu'
  if (key === 'Enter') return 'enter'
  if (key === ' ') return 'pick'
  if (key === 'a' && (event.ctrlKey || event.metaKey) && list.canPick) return 'pick-all'
  if (key === 'ArrowUp' && list.isFirstRow && list.hasHeadings) return 'headings'
  return 'move'
}

/** The list that keys are pressed in. */
export interface KeyedList {
  readonly renderRoot: HTMLElement | DocumentFragment
  readonly searchInput: HTMLElement | null
  readonly hasHeadings: boolean
  readonly canPick: boolean
  /** Opens the member of a row, or the menu of what can be done with them. */
  enter(row: number, cell: Element, wantsMenu: boolean): void
  /** Chooses the member of a row, or takes them out again; left out, the other of both. */
  pick(row: number, isChosen?: boolean): void
  /** Chooses everybody who matches, or nobody. */
  choose(isAll: boolean): void
}

/** Everything that keys do in a list of members. */
export class ListKeys {
  #list: KeyedList
  #focus: RovingFocusController
  #rows: RowWindowController

  constructor(list: KeyedList, focus: RovingFocusController, rows: RowWindowController) {
    this.#list = list
    this.#focus = focus
    this.#rows = rows
  }

  readonly onKey = (event: KeyboardEvent): void => {
    const { searchInput, hasHeadings, canPick } = this.#list
    const { row } = this.#focus.position
    const isFirstRow = row === 0
    const command = commandOf(event, { searchInput, isFirstRow, hasHeadings, canPick })
    if (command === null) return
    const target = event.composedPath()[0] as HTMLElement
    if (command === 'move') this.#move(event)
    else if (command === 'move-in-headings') this.#moveInHeadings(event, target)
    else {
      const deeds: Record<typeof command, () => void> = {
        search: () => searchInput?.focus(),
        rows: () => this.#focus.focus(this.#focus.position),
        enter: () => this.#list.enter(row, target, target.matches('.menu')),
        menu: () => this.#list.enter(row, target, true),
        pick: () => this.#list.pick(row),
        'pick-all': () => this.#list.choose(true),
        headings: () => this.#focusHeading(target),
      }
      deeds[command]()
      event.preventDefault()
    }
  }

  /** Moves in the grid; with Shift, those on the way are chosen. */
  #move(event: KeyboardEvent): void {
    const { row } = this.#focus.position
    if (!this.#focus.handleKey(event) || !event.shiftKey) return
    const { row: next } = this.#focus.position
    if (next === row) return
    this.#list.pick(row, true)
    this.#list.pick(next, true)
  }

  get #headings(): HTMLElement[] {
    return [...this.#list.renderRoot.querySelectorAll<HTMLElement>('.heading > button')]
  }

  /** The heading over a cell, or the first where that is none to press. */
  #focusHeading(cell: HTMLElement): void {
    const headings = this.#headings
    const own = headings.find((one) => one.parentElement?.ariaColIndex === cell.ariaColIndex)
    ;(own ?? headings[0])?.focus()
  }

  #moveInHeadings(event: KeyboardEvent, heading: HTMLElement): void {
    const headings = this.#headings
    const from = { row: 0, column: headings.indexOf(heading) }
    const bounds = { rows: 2, columns: headings.length, pageRows: 1 }
    const to = moveInGrid(event, from, bounds, getComputedStyle(heading).direction === 'rtl')
    if (to === null) return
    event.preventDefault()
    if (to.row === 0) headings[to.column]?.focus()
    else {
      const column = Number(heading.parentElement?.ariaColIndex) - 1
      this.#focus.focus({ row: this.#rows.nearestInView(0), column })
    }
  }
}
