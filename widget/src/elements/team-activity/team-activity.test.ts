import { expect, test, vi } from 'vitest'
import { page } from 'vitest/browser'

import type { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import type { MountedWidget } from '../../testing/mount-widget.ts'
import { button, findViolations, showTeam, showView } from '../../testing/show-view.ts'

let api: InMemoryTeamApi
let widget: MountedWidget

async function show(options: Parameters<typeof showTeam>[0] = {}): Promise<ShadowRoot> {
  ;({ api, widget } = await showTeam(options))
  const root = await showView(widget, 'activity')
  await vi.waitFor(() => expect(root.querySelectorAll('.card').length).toBeGreaterThan(1))
  return root
}

test.each([
  ['en', 'light', 1200],
  ['es', 'dark', 1200],
  ['pt-BR', 'light', 320],
] as const)(
  'axe finds nothing in what was done (%s, %s, %i px)',
  async (locale, theme, widthPx) => {
    await page.viewport(widthPx, 900)
    const root = await show({ locale, theme, widthPx })
    for (const details of root.querySelectorAll('details')) details.open = true
    expect(await findViolations(widget)).toEqual([])
    expect(root.host.scrollWidth).toBeLessThanOrEqual(root.host.clientWidth)
  },
)

test('an entry says who did what to whom, from where, and what is different since', async () => {
  const root = await show()
  const [first, second] = root.querySelectorAll<HTMLElement>('.card')
  expect(first?.textContent).toContain('Access changed')
  expect(first?.textContent).toContain('Team')
  expect(second?.textContent?.replace(/\s+/g, ' ')).toContain('Okta Directory')
  second?.querySelector('summary')?.click()
  const cells = [...(second?.querySelectorAll('tbody tr > *') ?? [])]
  expect(cells.map((cell) => cell.textContent?.trim())).toEqual(['Status', 'Active', 'Suspended'])
})

test('entries are narrowed by source and subject, and older ones are asked for', async () => {
  const root = await show()
  const count = root.querySelectorAll('.card').length
  button(root, 'Show older').click()
  await vi.waitFor(() => expect(root.querySelectorAll('.card').length).toBeGreaterThan(count))
  const [from, about] = root.querySelectorAll('select')
  from!.value = 'directory'
  from!.dispatchEvent(new Event('change'))
  about!.value = 'member'
  about!.dispatchEvent(new Event('change'))
  await vi.waitFor(() => expect(api.log.join(' ')).toContain('actorKind=directory&action=member.'))
  await vi.waitFor(() => {
    const marks = [...root.querySelectorAll('.card .mark')].map((mark) => mark.textContent)
    expect(new Set(marks)).toEqual(new Set(['Directory']))
  })
  about!.value = 'workspace'
  about!.dispatchEvent(new Event('change'))
  await vi.waitFor(() => expect(root.textContent).toContain('Nothing happened'))
})

test('a refused page is told with its request and asked for again', async () => {
  const root = await show()
  api.refusals.push({ path: 'audit-entries', code: 'internal' })
  const from = root.querySelector('select') as HTMLSelectElement
  from.value = 'member'
  from.dispatchEvent(new Event('change'))
  await vi.waitFor(() => expect(root.querySelector('.request-id')).not.toBeNull())
  button(root, 'Try again').click()
  await vi.waitFor(() => expect(root.querySelectorAll('.card').length).toBeGreaterThan(1))
})

test('a host hears of an export, and may refuse it', async () => {
  const root = await show()
  const heard: string[] = []
  let isRefused = true
  widget.element.addEventListener('team-before-export', (event) => {
    heard.push(event.type)
    if (isRefused) event.preventDefault()
  })
  widget.element.addEventListener('team-after-export', ({ type }) => heard.push(type))
  button(root, 'Download CSV').click()
  await vi.waitFor(() => expect(heard).toEqual(['team-before-export']))
  expect(api.log.filter((line) => line.includes('audit-export'))).toEqual([])
  isRefused = false
  await vi.waitFor(() => expect(button(root, 'Download CSV').disabled).toBe(false))
  button(root, 'Download CSV').click()
  await vi.waitFor(() => expect(heard.at(-1)).toBe('team-after-export'))
  expect(api.log).toContain('GET audit-export?bom=true')
})
