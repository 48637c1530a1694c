import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** A cell, counted from zero without the header. */
export interface GridPosition {
  row: number
  column: number
}

/** How far one can go. */
export interface GridBounds {
  rows: number
  columns: number
  /** How many rows PgUp and PgDn pass. */
  pageRows: number
}

/** Where a key leads in an ARIA grid, or null for a key that isn't for moving. WAI-ARIA APG, Grid. */
export function moveInGrid(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>,
  { row, column }: GridPosition,
  bounds: GridBounds,
  isRightToLeft = false,
): GridPosition | null {
  const lastRow = bounds.rows - 1
  const lastColumn = bounds.columns - 1
  const jump = event.ctrlKey || event.metaKey
  const forward = isRightToLeft ? -1 : 1
  const targets: Record<string, GridPosition> = {
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    ArrowLeft: { row, column: column - forward },
    ArrowRight: { row, column: column + forward },
    PageUp: { row: row - bounds.pageRows, column },
    PageDown: { row: row + bounds.pageRows, column },
    Home: { row: jump ? 0 : row, column: 0 },
    End: { row: jump ? lastRow : row, column: lastColumn },
  }
  const target = targets[event.key]
  return target === undefined
    ? null
    : { row: within(target.row, lastRow), column: within(target.column, lastColumn) }
}

/** The grid that the controller moves in. */
export interface RovingHost extends ReactiveControllerHost, HTMLElement {
  readonly renderRoot: HTMLElement | DocumentFragment
  /** Scrolls so that the row is in view, before it gets the focus. */
  showRow(row: number): void
  gridBounds(): GridBounds
  cellAt(position: GridPosition): HTMLElement | null
}

/** Keeps the one tab stop of a grid and moves the focus; a focused cell that is re-rendered keeps it. */
export class RovingFocusController implements ReactiveController {
  #host: RovingHost
  #wanted = false
  #isLate = false
  position: GridPosition = { row: 0, column: 0 }

  constructor(host: RovingHost) {
    this.#host = host
    host.addController(this)
  }

  /** True while a cell has the focus. */
  get hasFocus(): boolean {
    const root = this.#host.renderRoot
    return root instanceof ShadowRoot && root.activeElement?.closest('[data-row]') != null
  }

  /** Moves for a key; false when the key isn't ours. */
  handleKey(event: KeyboardEvent): boolean {
    const isRightToLeft = getComputedStyle(this.#host).direction === 'rtl'
    const target = moveInGrid(event, this.position, this.#host.gridBounds(), isRightToLeft)
    if (target === null) return false
    event.preventDefault()
    this.focus(target)
    return true
  }

  /** Gives a cell the focus, once it is rendered. */
  focus(position: GridPosition): void {
    this.position = position
    this.#wanted = true
    this.#isLate = false
    this.#host.showRow(position.row)
    this.#host.requestUpdate()
  }

  hostUpdate(): void {
    this.#wanted ||= this.hasFocus
    const { rows, columns } = this.#host.gridBounds()
    const { row, column } = this.position
    this.position = { row: within(row, rows - 1), column: within(column, columns - 1) }
  }

  hostUpdated(): void {
    if (!this.#wanted) return
    const cell = this.#host.cellAt(this.position)
    // The row may have to be read first; meanwhile somebody may go elsewhere.
    const isNowhere = document.activeElement === document.body
    const comes = isNowhere || !this.#isLate
    this.#wanted = this.#isLate = !cell && isNowhere
    if (comes && cell !== (this.#host.renderRoot as ShadowRoot).activeElement) {
      cell?.focus({ preventScroll: true })
    }
  }
}

function within(value: number, last: number): number {
  return Math.max(0, Math.min(value, last))
}
