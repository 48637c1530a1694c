import axe from 'axe-core'
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'

import type { TeamWorkspace } from '../../contract/index.ts'
import type { TeamView } from '../../i18n/messages.ts'
import { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import { type MountedWidget, mountWidget } from '../../testing/mount-widget.ts'
import { believablePeople } from '../../testing/people.ts'
import { button, dialogOf, press } from '../../testing/show-view.ts'

let api: InMemoryTeamApi
let widget: MountedWidget

afterEach(async () => {
  widget.unmount()
  await page.viewport(1280, 900)
})

async function show(
  view: TeamView,
  options: Parameters<typeof mountWidget>[1] = {},
  can?: TeamWorkspace['can'],
): Promise<ShadowRoot> {
  api = new InMemoryTeamApi(believablePeople(Date.now()))
  if (can !== undefined) api.workspace = { ...api.workspace, can }
  widget = await mountWidget(api, { locale: 'en', ...options })
  widget.element.view = view
  return vi.waitFor(() => {
    const root = widget.element.renderRoot.querySelector(`team-${view}`)?.shadowRoot
    expect(root?.querySelectorAll('.card').length).toBeGreaterThan(1)
    return root as ShadowRoot
  })
}

async function check(): Promise<void> {
  const { violations } = await axe.run(widget.element)
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
}

for (const view of ['departments', 'roles'] as const) {
  test.each([
    ['en', 'light', 1200],
    ['es', 'dark', 1200],
    ['pt-BR', 'light', 340],
  ] as const)(
    `axe finds nothing in ${view} and its dialog (%s, %s, %i px)`,
    async (locale, theme, widthPx) => {
      await page.viewport(widthPx, 900)
      const root = await show(view, { locale, theme, widthPx })
      document.body.style.background = theme === 'dark' ? '#000' : '#fff'
      await check()
      root.querySelector<HTMLElement>('.card button')?.click()
      const dialog = await dialogOf(root)
      await check()
      expect(dialog.scrollWidth).toBeLessThanOrEqual(dialog.clientWidth)
    },
  )
}

test('views are gone to by tabs, which the host hears, and only by who may use them', async () => {
  const views: string[] = []
  await show('departments')
  widget.element.addEventListener('team-navigate', ({ view }) => views.push(view))
  const root = widget.element.renderRoot as ShadowRoot
  const tabs = [...root.querySelectorAll<HTMLElement>('nav button')]
  expect(tabs.map((tab) => tab.textContent?.trim())).toEqual([
    'Members',
    'Departments',
    'Roles',
    'Directory',
    'Activity',
    'My profile',
  ])
  tabs[2]?.click()
  await vi.waitFor(() => expect(root.querySelector('team-roles')).not.toBeNull())
  expect(root.querySelector('team-departments')).toBeNull()
  tabs[0]?.click()
  await vi.waitFor(() => expect(root.querySelector('team-roles')).toBeNull())
  expect(widget.list.hidden).toBe(false)
  expect(views).toEqual(['roles', 'members'])
  widget.element.readonly = true
  await vi.waitFor(() => expect(root.querySelectorAll('nav button')).toHaveLength(2))
})

test('a department is made, and a name that is taken is said at its field', async () => {
  const root = await show('departments')
  const opener = button(root, 'New department')
  opener.focus()
  opener.click()
  const dialog = await dialogOf(root)
  const name = dialog.querySelector<HTMLInputElement>('#name') as HTMLInputElement
  await userEvent.fill(name, 'Sales')
  button(dialog, 'Save').click()
  await vi.waitFor(() =>
    expect(dialog.querySelector('#name-about')?.textContent).toContain('taken'),
  )
  await userEvent.fill(name, 'Night shift')
  button(dialog, 'Save').click()
  await vi.waitFor(() => expect(root.textContent).toContain('Night shift'))
  expect(root.activeElement).toBe(opener)
})

test('the lead is found by name with the keyboard', async () => {
  const root = await show('departments')
  button(root, 'Edit: Billing').click()
  const dialog = await dialogOf(root)
  const picker = dialog.querySelector('team-person-picker')?.shadowRoot as ShadowRoot
  picker.querySelector('input')?.focus()
  await userEvent.keyboard('sofia')
  await vi.waitFor(() => expect(picker.querySelector('[aria-selected="true"]')).not.toBeNull())
  await check()
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(picker.querySelector('input')?.value).toBe('Sofía Navarro Ibáñez'))
  button(dialog, 'Save').click()
  await vi.waitFor(() => expect(root.textContent).toContain('Lead: Sofía Navarro Ibáñez'))
})

test('a department is deleted after a look at whose access changes, and not if that has changed', async () => {
  const root = await show('departments')
  expect(() => button(root, 'Delete: Sales')).toThrow('There is no button')
  button(root, 'Delete: Billing').click()
  const dialog = await dialogOf(root)
  await vi.waitFor(() => expect(dialog.textContent).toMatch(/The access of \d+ members changes/))
  const billing = api.store.departments.find(({ name }) => name === 'Billing')
  Object.assign(billing ?? {}, { memberCount: 1 })
  button(dialog, 'Delete').click()
  await vi.waitFor(() => expect(dialog.textContent).toContain('Look at the new difference first'))
  await vi.waitFor(() => expect(dialog.textContent).toContain('The access of 1 member changes'))
  button(dialog, 'Delete').click()
  await vi.waitFor(() => expect(root.textContent).not.toContain('Billing'))
})

test('a built-in role keeps all but its name, and the roles can be compared', async () => {
  const root = await show('roles')
  button(root, 'Compare roles').click()
  await vi.waitFor(() => expect(root.querySelectorAll('table td.yes').length).toBeGreaterThan(10))
  await check()
  button(root, 'Edit: Agent').click()
  const dialog = await dialogOf(root)
  expect(dialog.querySelectorAll('input:not(:disabled)')).toHaveLength(1)
  expect(dialog.textContent).toContain('Copy it to change more')
})

test('a role is copied, and a change of it is shown before it is saved', async () => {
  const root = await show('roles')
  button(root, 'Copy: Agent').click()
  let dialog = await dialogOf(root)
  await userEvent.fill(dialog.querySelector('#name') as HTMLElement, 'Guardia nocturna')
  button(dialog, 'Save').click()
  await vi.waitFor(() => expect(root.textContent).toContain('Guardia nocturna'))
  expect(api.sent.at(-1)?.body).toMatchObject({ key: 'guardia-nocturna', cloneOf: 'agent' })
  await vi.waitFor(() => expect(root.querySelector('dialog')).toBeNull())
  button(root, 'Edit: Guardia nocturna').click()
  dialog = await dialogOf(root)
  const labels = [...dialog.querySelectorAll('label')]
  labels.find((label) => label.textContent?.includes('see reports'))?.click()
  await press(dialog, 'What would change')
  await vi.waitFor(() => expect(dialog.textContent).toContain('May now: see reports'))
  button(dialog, 'Save').click()
  await vi.waitFor(() => expect(root.querySelector('dialog')).toBeNull())
  expect(api.store.roles.at(-1)?.permissions).toContain('reports:view')
})
