import axe from 'axe-core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'

import type { MemberDetail } from '../../contract/index.ts'
import { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import { type MountedWidget, mountWidget } from '../../testing/mount-widget.ts'
import { believablePeople, personNumber } from '../../testing/people.ts'
import { type TeamChangeNotice, VISIBLE_MS } from './team-change-notice.ts'

const people = believablePeople(Date.now())
const newcomer: MemberDetail = {
  ...personNumber(1, Date.now()),
  id: 'new',
  displayName: 'Ximena Zavala',
  isYou: false,
}

let api: InMemoryTeamApi
let widget: MountedWidget

beforeEach(() => {
  api = new InMemoryTeamApi(people)
})
afterEach(() => {
  vi.useRealTimers()
  widget.unmount()
})

async function show(options: Parameters<typeof mountWidget>[1] = {}): Promise<void> {
  widget = await mountWidget(api, options)
  await vi.waitFor(() => expect(widget.rows().length).toBeGreaterThan(0))
}

function notice(): TeamChangeNotice | null {
  return widget.listRoot.querySelector('team-change-notice')
}

function button(name: string): HTMLButtonElement | undefined {
  const buttons = notice()?.renderRoot.querySelectorAll('button') ?? []
  return [...buttons].find(
    ({ ariaLabel, textContent }) => (ariaLabel ?? textContent?.trim()) === name,
  )
}

/** Somebody comes in below what is in view. */
async function hire(): Promise<void> {
  api.change([...people, newcomer], ['new'])
  await vi.waitFor(() => expect(notice()?.renderRoot.textContent).toContain(newcomer.displayName))
}

function focusedRow(): string {
  return widget.listRoot.activeElement?.closest('[data-row]')?.textContent ?? ''
}

test('somebody who comes in out of view is shown to have come', async () => {
  await show()
  await hire()
  expect(notice()?.renderRoot.textContent).toContain('Ximena Zavala joined the team')
  expect(widget.spoken()).toBe('Ximena Zavala joined the team')
  const card = notice()?.getBoundingClientRect()
  const list = widget.list.getBoundingClientRect()
  expect(card?.height).toBeGreaterThan(30)
  expect(card?.bottom).toBeLessThanOrEqual(list.bottom)
  expect(card?.left).toBeGreaterThanOrEqual(list.left)
  expect(card?.right).toBeLessThanOrEqual(list.right)
})

test('the button leads to their row, lit up and focused', async () => {
  await show()
  await hire()
  button('Show')?.click()
  await vi.waitFor(() => expect(focusedRow()).toContain('Ximena Zavala'))
  const row = widget.row('Ximena Zavala')
  const viewport = widget.listRoot.querySelector('.viewport')?.getBoundingClientRect()
  expect(row?.classList).toContain('added')
  expect(row?.getBoundingClientRect().bottom).toBeLessThanOrEqual(viewport?.bottom ?? 0)
  expect(notice()).toBeNull()
})

test('nothing moves when it comes, with a long name on a narrow page neither', async () => {
  await show({ widthPx: 390 })
  // Who is here is told a moment after the rows.
  await vi.waitFor(() => expect(widget.listRoot.textContent).toContain('Online'))
  // What that moves is counted with the frame that shows it.
  for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame)
  const shifts: PerformanceEntry[] = []
  const observer = new PerformanceObserver((entries) => shifts.push(...entries.getEntries()))
  observer.observe({ type: 'layout-shift' })
  // More rows may be rendered ahead meanwhile.
  const parts = [...widget.listRoot.querySelectorAll('.toolbar, .stage, .summary, [data-row]')]
  const places = (): unknown[] => parts.map((part) => part.getBoundingClientRect().toJSON())
  const before = places()
  const long = { ...newcomer, displayName: 'Wolfeschlegelsteinhausen '.repeat(12) }
  api.change([...people, long], ['new'])
  await vi.waitFor(() => expect(button('Show')).toBeDefined())
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(places()).toEqual(before)
  expect(shifts).toEqual([])
  expect(notice()?.getBoundingClientRect().right).toBeLessThanOrEqual(
    widget.list.getBoundingClientRect().right,
  )
  observer.disconnect()
})

test('who is seen in the rows needs no notice', async () => {
  await show()
  api.change([{ ...newcomer, displayName: 'Abril Cienfuegos' }, ...people], ['new'])
  await vi.waitFor(() => expect(widget.spoken()).toBe('Abril Cienfuegos joined the team'))
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(notice()).toBeNull()
})

test('who has left is told, without a way to them', async () => {
  await show()
  api.change(people.slice(1), ['member-0'])
  await vi.waitFor(() => expect(notice()?.renderRoot.textContent).toContain('Lucía'))
  expect(button('Show')).toBeUndefined()
})

test('of many the first that is out of view can be gone to', async () => {
  await show()
  const [first, ...others] = people
  const renamed = { ...(first as MemberDetail), displayName: 'Lucía Renombrada' }
  const more = [1, 2, 3].map((number) => ({ ...newcomer, id: `n${number}` }))
  api.change([renamed, ...others, ...more], ['member-0', 'n1', 'n2', 'n3'])
  await vi.waitFor(() => expect(notice()?.renderRoot.textContent).toContain('4 members changed'))
  button('Show')?.click()
  await vi.waitFor(() => expect(focusedRow()).toContain('Ximena Zavala'))
})

test('it can be closed, and by keyboard the focus goes on in the list', async () => {
  await show()
  await hire()
  button('Close')?.focus()
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(notice()).toBeNull())
  expect(focusedRow()).toContain('Lucía')
})

test('it goes by itself, but not while it has the focus', async () => {
  await show()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  api.change([...people, newcomer], ['new'])
  await vi.advanceTimersByTimeAsync(200)
  vi.useRealTimers()
  await vi.waitFor(() => expect(button('Show')).toBeDefined())
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const element = notice() as TeamChangeNotice
  element.news = { ...element.news }
  await element.updateComplete
  button('Show')?.focus()
  await vi.advanceTimersByTimeAsync(VISIBLE_MS * 2)
  expect(notice()).not.toBeNull()
  button('Show')?.blur()
  await vi.advanceTimersByTimeAsync(VISIBLE_MS)
  await widget.list.updateComplete
  expect(notice()).toBeNull()
})

test('it comes without a movement, over rows that light up for those who welcome motion', async () => {
  await show()
  await hire()
  expect(getComputedStyle(notice() as Element).animationName).toBe('none')
})

test.each([
  ['en', 'light', 'Show'],
  ['es', 'dark', 'Mostrar'],
  ['pt-BR', 'light', 'Mostrar'],
] as const)('axe finds nothing in %s, %s', async (locale, theme, word) => {
  await show({ locale, theme })
  await hire()
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(button(word)).toBeDefined()
  const { violations } = await axe.run(widget.element)
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
})
