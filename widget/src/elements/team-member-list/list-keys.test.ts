import { describe, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'

import { MOST_ROWS } from '../../controllers/row-window.ts'
import { focusedText, hundredThousand, showPeople, viewportOf } from '../../testing/show-list.ts'

describe('keyboard', () => {
  test('the grid is one tab stop, and every cell can be reached', async () => {
    const mounted = await showPeople()
    expect(mounted.listRoot.querySelectorAll('[data-row] [tabindex="0"]')).toHaveLength(1)
    mounted.listRoot.querySelector<HTMLElement>('[data-row] [tabindex="0"]')?.focus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}')
    expect(focusedText(mounted)).toBe('Beatriz Carvalho Nunes')
    expect(mounted.listRoot.activeElement?.textContent?.trim()).toBe('Administrator')
    await userEvent.keyboard('{End}')
    expect(mounted.listRoot.activeElement?.ariaLabel).toBe('Actions for Beatriz Carvalho Nunes')
    await userEvent.keyboard('{ArrowLeft}')
    expect(mounted.listRoot.activeElement?.textContent?.trim()).toBe('This workspace')
    await userEvent.keyboard('{Control>}{End}{/Control}')
    await vi.waitFor(() => expect(focusedText(mounted)).toBe('Zoe Castellanos'))
    await userEvent.keyboard('{Control>}{Home}{/Control}')
    await vi.waitFor(() => expect(focusedText(mounted)).toBe('Lucía Fernández Prado'))
    await userEvent.keyboard('{PageDown}{PageUp}')
    await vi.waitFor(() => expect(focusedText(mounted)).toBe('Lucía Fernández Prado'))
    expect(mounted.listRoot.querySelectorAll('[data-row] [tabindex="0"]')).toHaveLength(1)
  })

  test('the focused row is always in view', async () => {
    const mounted = await showPeople()
    mounted.listRoot.querySelector<HTMLElement>('[data-row] [tabindex="0"]')?.focus()
    for (let press = 0; press < 25; press += 1) {
      await userEvent.keyboard('{ArrowDown}')
      const cell = mounted.listRoot.activeElement?.getBoundingClientRect()
      const viewport = viewportOf(mounted).getBoundingClientRect()
      expect(cell?.bottom).toBeLessThanOrEqual(viewport.bottom)
      expect(cell?.top).toBeGreaterThanOrEqual(viewport.top)
    }
  })

  test('a slash leads to the search from the grid, and is a letter in the search', async () => {
    const mounted = await showPeople()
    mounted.listRoot.querySelector<HTMLElement>('[data-row] [tabindex="0"]')?.focus()
    await userEvent.keyboard('/')
    expect(mounted.listRoot.activeElement).toBe(mounted.listRoot.querySelector('input'))
    await userEvent.keyboard('/')
    expect(mounted.listRoot.querySelector('input')?.value).toBe('/')
  })

  test('an arrow leads from the search to the list', async () => {
    const mounted = await showPeople()
    mounted.listRoot.querySelector('input')?.focus()
    await userEvent.keyboard('{ArrowDown}')
    await vi.waitFor(() => expect(focusedText(mounted)).toBe('Lucía Fernández Prado'))
  })
})

/** A list with as many rows as may be, its first cell focused, and the rows that were touched since the last look. */
async function watchRows() {
  const mounted = await showPeople(hundredThousand)
  const all = (): void => expect(mounted.rows()).toHaveLength(MOST_ROWS - 1)
  await vi.waitFor(all, { timeout: 30_000 })
  mounted.listRoot.querySelector<HTMLElement>('[data-row="0"] [tabindex="0"]')?.focus()
  const observer = new MutationObserver(() => undefined)
  const options = { subtree: true, childList: true, attributes: true, characterData: true }
  observer.observe(mounted.listRoot.querySelector('.canvas') as Element, options)
  const touched = (): Set<Element> => {
    const parts = observer.takeRecords().flatMap(({ target, addedNodes }) => {
      const nodes = [target, ...addedNodes]
      return nodes.map((node) => (node instanceof Element ? node : node.parentElement))
    })
    const rows = parts.map((part) => part?.closest('.row') ?? part?.querySelector('.row'))
    return new Set(rows.filter((row) => row != null))
  }
  return { ...mounted, touched }
}

describe('what a key costs', () => {
  test('moving the focus by a row touches the row it leaves and the one it comes to', async () => {
    const { touched, list, ...mounted } = await watchRows()
    touched()
    for (let press = 1; press <= 4; press += 1) {
      await userEvent.keyboard('{ArrowDown}')
      await list.updateComplete
      expect(touched().size).toBeLessThanOrEqual(2)
    }
    expect(mounted.listRoot.activeElement?.closest('[data-row="4"]')).not.toBeNull()
  })

  test('a page further down has been rendered before it is asked for', async () => {
    const { touched, rows, listRoot } = await watchRows()
    touched()
    await userEvent.keyboard('{PageDown}')
    const focused = listRoot.activeElement?.closest('.row')
    expect(Number(focused?.getAttribute('data-row'))).toBeGreaterThan(5)
    const viewport = listRoot.querySelector('.viewport')?.getBoundingClientRect()
    const changed = touched()
    const seen = rows().filter((row) => row.getBoundingClientRect().top > (viewport?.top ?? 0))
    expect(seen.length).toBeGreaterThan(5)
    expect(seen.slice(0, 6).filter((row) => changed.has(row) && row !== focused)).toEqual([])
  })

  test('typing in the search touches no row until it is answered', async () => {
    const { api, touched, listRoot } = await watchRows()
    listRoot.querySelector('input')?.focus()
    api.latencyMs = 600_000
    touched()
    await userEvent.keyboard('m')
    expect(touched().size).toBe(0)
  })
})
