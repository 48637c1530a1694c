import { render } from 'lit'
import { afterEach, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'

import type { Messages } from '../../i18n/messages.ts'
import { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import { type MountedWidget, mountWidget } from '../../testing/mount-widget.ts'
import { believablePeople } from '../../testing/people.ts'
import { listHeader } from './list-header.ts'

let api: InMemoryTeamApi
let widget: MountedWidget

afterEach(() => widget.unmount())

async function show(options: Parameters<typeof mountWidget>[1] = {}): Promise<void> {
  api = new InMemoryTeamApi(believablePeople(Date.now()))
  widget = await mountWidget(api, options)
  await vi.waitFor(() => expect(widget.rows().length).toBeGreaterThan(0))
}

function heading(label: string): HTMLButtonElement {
  const buttons = [...widget.listRoot.querySelectorAll<HTMLButtonElement>('.heading button')]
  const found = buttons.find(({ textContent }) => textContent?.trim() === label)
  if (found === undefined) throw new Error(`No heading ${label}.`)
  return found
}

const firstName = (): string | undefined =>
  widget.rows()[0]?.querySelector('bdi')?.textContent ?? undefined

const sorted = (): (string | null)[] =>
  [...widget.listRoot.querySelectorAll('[aria-sort]')].map(
    (cell) => `${cell.textContent?.trim()} ${cell.getAttribute('aria-sort')}`,
  )

test('a heading sorts by its column, turns round when it is pressed again, and says so', async () => {
  await show()
  expect(sorted()).toEqual(['Member ascending'])
  const told: (string | null)[] = []
  widget.element.addEventListener('team-navigate', ({ query }) => told.push(query.sort))
  heading('Status').click()
  await vi.waitFor(() => expect(api.log).toContain('GET members?limit=30&sort=status'))
  expect(sorted()).toEqual(['Status ascending'])
  heading('Status').click()
  await vi.waitFor(() =>
    expect(widget.rows()[0]?.querySelector('.badge')?.textContent).toBe('Suspended'),
  )
  expect(sorted()).toEqual(['Status descending'])
  expect(told).toEqual(['status', '-status'])
})

test('whoever was there last comes first when activity is sorted by', async () => {
  await show()
  heading('Last active').click()
  await vi.waitFor(() => expect(api.log.join()).toContain('sort=-lastActive'))
  expect(sorted()).toEqual(['Last active descending'])
})

test('the arrows lead from the first row to the headings and back, and the grid stays one tab stop', async () => {
  await show()
  widget.listRoot.querySelector<HTMLElement>('[data-row="0"] > .role')?.focus()
  await userEvent.keyboard('{ArrowUp}')
  expect(widget.listRoot.activeElement).toBe(heading('Role'))
  await userEvent.keyboard('{ArrowRight}{Enter}')
  expect(widget.listRoot.activeElement).toBe(heading('Status'))
  await vi.waitFor(() => expect(sorted()).toEqual(['Status ascending']))
  expect(widget.listRoot.activeElement).toBe(heading('Status'))
  await userEvent.keyboard('{ArrowDown}')
  await vi.waitFor(() =>
    expect(widget.listRoot.activeElement?.closest('[data-row="0"] > .state')).not.toBeNull(),
  )
  const stops = widget.listRoot.querySelectorAll('.viewport button:not([tabindex="-1"])')
  expect(stops).toHaveLength(0)
  expect(widget.listRoot.querySelectorAll('[data-row] [tabindex="0"]')).toHaveLength(1)
})

test('in cards the order is chosen in the toolbar', async () => {
  await show({ widthPx: 400 })
  const order = await vi.waitUntil(() =>
    [...widget.listRoot.querySelectorAll('select')].find(({ textContent }) =>
      textContent?.includes('Sort by'),
    ),
  )
  await userEvent.selectOptions(order, 'Date added')
  await vi.waitFor(() => expect(api.log.join(' ')).toContain('sort=-created'))
  await userEvent.selectOptions(order, 'Member')
  await vi.waitFor(() => expect(firstName()).toBe('Adriana Mejía'))
})

test('the chosen stay chosen in another order, and not with another filter', async () => {
  await show()
  await userEvent.click(widget.rows()[1]?.querySelector('.avatar') as HTMLElement)
  expect(widget.element.getSelection().count).toBe(1)
  heading('Role').click()
  await vi.waitFor(() => expect(sorted()).toEqual(['Role ascending']))
  await vi.waitFor(() => expect(widget.spoken()).toBe('60 members'))
  expect(widget.element.getSelection().count).toBe(1)
  const state = widget.listRoot.querySelector('select') as HTMLSelectElement
  await userEvent.selectOptions(state, 'Suspended')
  await vi.waitFor(() => expect(widget.element.getSelection().count).toBe(0))
})

test('with the last row the focus goes to the search', async () => {
  await show()
  const [first] = believablePeople(Date.now())
  if (first === undefined) throw new Error('Nobody.')
  api.change([first], ['member-1'])
  await vi.waitFor(() => expect(widget.rows()).toHaveLength(1))
  widget.rows()[0]?.querySelector<HTMLElement>('.cell')?.focus()
  api.change([], [first.id])
  await vi.waitFor(() =>
    expect(widget.listRoot.activeElement).toBe(widget.listRoot.querySelector('input')),
  )
})

test('as long as there are no words there is no arrow that they would move', async () => {
  await show()
  const header = document.createElement('div')
  const sortedBy = (messages: Messages | undefined): string | undefined => {
    const template = listHeader(['person', 'role'], messages, 'name', () => undefined)
    render(template, header)
    return header.querySelector('[aria-sort]')?.textContent?.trim()
  }
  expect(sortedBy(undefined)).toBeUndefined()
  expect(sortedBy(widget.list.text?.messages)).toBe('Member')
})
