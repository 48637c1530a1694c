import { describe, expect, test, vi } from 'vitest'

import { MOST_ROWS } from '../../controllers/row-window.ts'
import { hundredThousand, showPeople, viewportOf } from '../../testing/show-list.ts'

describe('a hundred thousand members', () => {
  test('never put more than thirty rows into the page, wherever one scrolls', async () => {
    const mounted = await showPeople(hundredThousand, { heightPx: 3000 })
    const viewport = viewportOf(mounted)
    const countRows = (): number => mounted.listRoot.querySelectorAll('.row').length
    for (let step = 0; step < 12; step += 1) {
      viewport.scrollTop += 1500
      viewport.dispatchEvent(new Event('scroll'))
      await mounted.list.updateComplete
      expect(countRows()).toBeLessThanOrEqual(MOST_ROWS)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(countRows()).toBeGreaterThan(10)
    expect(viewport.getAttribute('aria-rowcount')).toBe('100001')
  })

  test('come with the rows that are seen first, then in pages of a hundred as one scrolls, each by the cursor of the one before', async () => {
    const { api, ...mounted } = await showPeople(hundredThousand)
    const viewport = viewportOf(mounted)
    await vi.waitFor(() => {
      viewport.scrollTop += 1000
      expect(Number(mounted.rows().at(-1)?.dataset['row'])).toBeGreaterThan(350)
    })
    const [first, rest, ...others] = api.log.filter((line) => line.startsWith('GET members?'))
    expect(first).toBe('GET members?limit=30')
    expect(rest).toMatch(/limit=70&cursor=/)
    expect(others.length).toBeGreaterThanOrEqual(3)
    for (const line of others) expect(line).toMatch(/limit=100&cursor=/)
  })

  test('show any place that the scrollbar is dragged to with one request', async () => {
    const { api, ...mounted } = await showPeople(hundredThousand)
    const viewport = viewportOf(mounted)
    viewport.scrollTop = viewport.scrollHeight
    const last = await vi.waitFor(() => {
      const row = mounted.listRoot.querySelector('[data-row="99999"]')
      expect(row?.textContent).toContain('@')
      return row
    })
    expect(last?.getAttribute('aria-rowindex')).toBe('100001')
    expect(api.log.filter((line) => line.startsWith('GET members?')).slice(-1)).toEqual([
      'GET members?limit=100&offset=99900',
    ])
    expect(api.log.filter((line) => line.includes('offset='))).toHaveLength(1)
  })

  test('keep the focus on a row that is scrolled away', async () => {
    const mounted = await showPeople(hundredThousand)
    mounted.listRoot.querySelector<HTMLElement>('[data-row="0"] [tabindex="0"]')?.focus()
    const viewport = viewportOf(mounted)
    viewport.scrollTop = 3000
    await vi.waitFor(() => expect(mounted.row(' 47')).toBeDefined())
    expect(mounted.listRoot.activeElement?.closest('[data-row]')?.getAttribute('data-row')).toBe(
      '0',
    )
    expect(mounted.listRoot.querySelectorAll('.row').length).toBeLessThanOrEqual(MOST_ROWS)
  })
})
