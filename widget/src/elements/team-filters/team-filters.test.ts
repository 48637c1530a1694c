import { expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'

import type { MemberQuery } from '../../api/team-api.ts'
import type { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import type { MountedWidget } from '../../testing/mount-widget.ts'
import { button, findViolations, showTeam } from '../../testing/show-view.ts'

let api: InMemoryTeamApi
let widget: MountedWidget

/** The filters behind the button, once they are there. */
async function show(options: Parameters<typeof showTeam>[0] = {}): Promise<ShadowRoot> {
  ;({ api, widget } = await showTeam(options))
  await vi.waitFor(() => expect(widget.rows().length).toBeGreaterThan(0))
  more().click()
  return vi.waitFor(() => {
    const root = widget.listRoot.querySelector('team-filters')?.shadowRoot
    expect(root?.querySelector('#channel')).toBeTruthy()
    return root as ShadowRoot
  })
}

const refuse = (event: Event): void => event.preventDefault()

const more = (): HTMLElement =>
  widget.listRoot.querySelector<HTMLElement>('.more-filters') as HTMLElement

const asked = (): string | undefined => api.log.findLast((line) => line.startsWith('GET members'))

const field = (root: ShadowRoot, id: string): HTMLElement =>
  root.querySelector<HTMLElement>(`#${id}`) as HTMLElement

test.each([
  ['en', 'light', 1200],
  ['es', 'dark', 700],
  ['pt-BR', 'light', 340],
] as const)('axe finds nothing in the filters (%s, %s, %i px)', async (locale, theme, widthPx) => {
  await page.viewport(widthPx, 900)
  await show({ locale, theme, widthPx })
  expect(more().ariaExpanded).toBe('true')
  expect(await findViolations(widget)).toEqual([])
  expect(widget.list.scrollWidth).toBeLessThanOrEqual(widget.list.clientWidth)
})

test('more filters narrow the list together, are counted, and told to the host', async () => {
  const root = await show()
  const told: MemberQuery[] = []
  widget.element.addEventListener('team-navigate', ({ query }) => told.push(query))
  await userEvent.selectOptions(field(root, 'source'), 'From the directory')
  await vi.waitFor(() => expect(api.log).toContain('GET members?limit=30&source=directory'))
  await vi.waitFor(() => expect(more().textContent).toContain('More filters (1)'))
  await userEvent.selectOptions(field(root, 'channel'), 'WhatsApp Mexico')
  await userEvent.selectOptions(field(root, 'active'), 'In the last 30 days')
  await vi.waitFor(() => expect(more().textContent).toContain('(3)'))
  await vi.waitFor(() =>
    expect(asked()).toMatch(/channel=whatsapp-mexico&source=directory&activeSince=/),
  )
  expect(widget.spoken()).toMatch(/found$/)
  expect(told.at(-1)).toMatchObject({ source: 'directory', channel: 'whatsapp-mexico' })
  await vi.waitFor(() => expect(widget.rows().length).toBeGreaterThan(0))
  for (const row of widget.rows()) expect(row.textContent).toContain('Managed by Okta')
})

test('the filters stay while rows are read anew, and one button takes them all back', async () => {
  const root = await show()
  await userEvent.selectOptions(field(root, 'active'), 'More than 30 days ago, or never')
  await userEvent.selectOptions(field(root, 'sort'), 'Role')
  await vi.waitFor(() => expect(asked()).toMatch(/notActiveSince=.*&sort=role$/))
  const before = api.log.length
  widget.element.refresh()
  await vi.waitFor(() => expect(api.log.length).toBeGreaterThan(before))
  await vi.waitFor(() => expect(asked()).toContain('notActiveSince='))
  expect(field(root, 'active')).toHaveProperty('value', '-30')
  more().click()
  await vi.waitFor(() => expect(widget.listRoot.querySelector('team-filters')).toBeNull())
  more().click()
  const again = await vi.waitFor(() => {
    const opened = widget.listRoot.querySelector('team-filters')?.shadowRoot
    expect(opened?.querySelector('#active')).toHaveProperty('value', '-30')
    return opened as ShadowRoot
  })
  button(again, 'Clear search and filters').click()
  // The order is no filter.
  await vi.waitFor(() => expect(api.log).toContain('GET members?limit=30&sort=role'))
  await vi.waitFor(() => expect(more().textContent?.trim()).toBe('More filters'))
  expect(button(again, 'Clear search and filters').disabled).toBe(true)
})

test('a selection and the file hold whom the filters find', async () => {
  const root = await show()
  await userEvent.selectOptions(field(root, 'source'), 'From the directory')
  await vi.waitFor(() => expect(widget.spoken()).toMatch(/found$/))
  widget.list.choose(true)
  expect(widget.element.getSelection().request).toEqual({
    filter: { source: 'directory' },
    except: [],
  })
  widget.list.choose(false)
  const heard: unknown[] = []
  widget.element.addEventListener('team-before-export', ({ about }) => heard.push(about))
  widget.element.addEventListener('team-after-export', ({ about }) => heard.push(about))
  button(widget.listRoot, 'Download CSV').click()
  await vi.waitFor(() => expect(heard).toHaveLength(2))
  expect(heard).toEqual([{ filter: { source: 'directory' } }, { filter: { source: 'directory' } }])
  expect(api.log).toContain('GET member-export?source=directory&language=en&bom=true')
})

test('a file that the host says no to is never asked for, and one that does not come is told', async () => {
  await show()
  widget.element.addEventListener('team-before-export', refuse)
  const press = (): void => button(widget.listRoot, 'Download CSV').click()
  press()
  await vi.waitFor(() => expect(button(widget.listRoot, 'Download CSV').disabled).toBe(false))
  expect(api.log.some((line) => line.includes('member-export'))).toBe(false)
  widget.element.removeEventListener('team-before-export', refuse)
  api.refusals.push({ path: 'member-export', code: 'unavailable' })
  press()
  await vi.waitFor(() =>
    expect(widget.listRoot.querySelector('[role="alert"]')?.textContent).toContain('busy'),
  )
})

test('nobody is offered a file that they may not have', async () => {
  await show({ readonly: true })
  expect(widget.listRoot.querySelector('.summary button')).toBeNull()
})
