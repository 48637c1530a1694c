import { describe, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'

import { showPeople, someone } from '../../testing/show-list.ts'

describe('search and filters', () => {
  test('typing asks once, when it pauses, and says how many were found', async () => {
    const { api, ...mounted } = await showPeople()
    const asked = (): string[] => api.log.filter((line) => line.includes('search='))
    const input = mounted.listRoot.querySelector('input') as HTMLInputElement
    const navigated: string[] = []
    mounted.element.addEventListener('team-navigate', ({ query }) => navigated.push(query.search))
    input.focus()
    await userEvent.keyboard('lucia')
    await vi.waitFor(() => expect(mounted.rows()).toHaveLength(1))
    expect(asked()).toEqual(['GET members?limit=30&search=lucia'])
    expect(mounted.spoken()).toBe('1 member found')
    expect(navigated.at(-1)).toBe('lucia')
  })

  test('the answer to a former search never replaces that to a later one', async () => {
    const { api, ...mounted } = await showPeople()
    const input = mounted.listRoot.querySelector('input') as HTMLInputElement
    const type = (value: string): void => {
      input.value = value
      input.dispatchEvent(new InputEvent('input', { bubbles: true }))
    }
    api.latencyMs = 400
    type('mateo')
    await vi.waitFor(() => expect(api.log.join(' ')).toContain('mateo'))
    api.latencyMs = 0
    type('lucia')
    await vi.waitFor(() => expect(mounted.rows()).toHaveLength(1))
    await new Promise((resolve) => setTimeout(resolve, 450))
    expect(mounted.row('Lucía')).toBeDefined()
    expect(mounted.row('Mateo')).toBeUndefined()
    expect(api.aborted).toContain('?limit=30&search=mateo')
  })

  test('a filter that is cleared no longer shows its choice', async () => {
    const mounted = await showPeople([someone('a')])
    const state = mounted.listRoot.querySelector('select') as HTMLSelectElement
    await userEvent.selectOptions(state, 'Suspended')
    await vi.waitFor(() => expect(mounted.listRoot.textContent).toContain('No member matches'))
    mounted.listRoot.querySelector<HTMLElement>('.notice button')?.click()
    await vi.waitFor(() => expect(mounted.rows()).toHaveLength(1))
    expect(state.value).toBe('')
  })

  test('a role, a department and a status narrow the list', async () => {
    const mounted = await showPeople()
    const selects = [...mounted.listRoot.querySelectorAll('select')]
    await vi.waitFor(() => expect(selects.every(({ disabled }) => !disabled)).toBe(true))
    await userEvent.selectOptions(selects[0] as HTMLElement, 'Suspended')
    await vi.waitFor(() => expect(mounted.rows()).toHaveLength(3))
    await userEvent.selectOptions(selects[1] as HTMLElement, 'Supervisor')
    await vi.waitFor(() => expect(mounted.rows()).toHaveLength(1))
  })
})
