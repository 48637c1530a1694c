import { html, LitElement, type TemplateResult } from 'lit'
import { expect, test } from 'vitest'

import {
  type GridBounds,
  type GridPosition,
  moveInGrid,
  RovingFocusController,
  type RovingHost,
} from './roving-focus-controller.ts'

const bounds = { rows: 50, columns: 5, pageRows: 9 }
const from = { row: 20, column: 2 }

function press(key: string, ctrlKey = false): ReturnType<typeof moveInGrid> {
  return moveInGrid({ key, ctrlKey, metaKey: false }, from, bounds)
}

const key = (key: string): KeyboardEvent => new KeyboardEvent('keydown', { key })

test('each key of the grid pattern leads where the pattern says', () => {
  expect(press('ArrowUp')).toEqual({ row: 19, column: 2 })
  expect(press('ArrowDown')).toEqual({ row: 21, column: 2 })
  expect(press('ArrowLeft')).toEqual({ row: 20, column: 1 })
  expect(press('ArrowRight')).toEqual({ row: 20, column: 3 })
  expect(press('PageUp')).toEqual({ row: 11, column: 2 })
  expect(press('PageDown')).toEqual({ row: 29, column: 2 })
  expect(press('Home')).toEqual({ row: 20, column: 0 })
  expect(press('End')).toEqual({ row: 20, column: 4 })
  expect(press('Home', true)).toEqual({ row: 0, column: 0 })
  expect(press('End', true)).toEqual({ row: 49, column: 4 })
})

test('other keys are left alone', () => {
  expect(press('a')).toBeNull()
  expect(press('Tab')).toBeNull()
})

test('nothing leads out of the grid', () => {
  const corner = { row: 0, column: 0 }
  expect(moveInGrid(key('ArrowUp'), corner, bounds)).toEqual(corner)
  expect(moveInGrid(key('ArrowLeft'), corner, bounds)).toEqual(corner)
  expect(moveInGrid(key('PageDown'), { row: 48, column: 0 }, bounds)).toEqual({
    row: 49,
    column: 0,
  })
})

test('left and right follow the direction of the text', () => {
  expect(moveInGrid(key('ArrowLeft'), from, bounds, true)).toEqual({ row: 20, column: 3 })
})

/** A grid whose rows come when they are read. */
class SlowGrid extends LitElement implements RovingHost {
  readonly roving: RovingFocusController = new RovingFocusController(this)
  #isRead = false

  showRow(): void {}

  gridBounds(): GridBounds {
    return { rows: 10, columns: 1, pageRows: 5 }
  }

  cellAt({ row }: GridPosition): HTMLElement | null {
    return this.renderRoot.querySelector(`[data-row="${row}"] button`)
  }

  async readRows(): Promise<void> {
    this.#isRead = true
    this.requestUpdate()
    await this.updateComplete
  }

  override render(): TemplateResult {
    return this.#isRead ? html`<p data-row="3"><button>Ana</button></p>` : html``
  }
}
customElements.define('slow-grid', SlowGrid)

async function jumpTo(row: number): Promise<SlowGrid> {
  const grid = new SlowGrid()
  document.body.replaceChildren(grid)
  await grid.updateComplete
  grid.roving.focus({ row, column: 0 })
  await grid.updateComplete
  return grid
}

test('a row that has to be read first gets the focus when it is there', async () => {
  const grid = await jumpTo(3)
  expect(grid.shadowRoot?.activeElement).toBeNull()
  await grid.readRows()
  expect(grid.shadowRoot?.activeElement?.textContent).toBe('Ana')
})

test('and leaves the focus to whoever went elsewhere meanwhile', async () => {
  const grid = await jumpTo(3)
  const field = document.createElement('input')
  document.body.append(field)
  field.focus()
  await grid.readRows()
  expect(document.activeElement).toBe(field)
})
