import { expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'

import type { ScimConnection } from '../../contract/index.ts'
import type { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import type { MountedWidget } from '../../testing/mount-widget.ts'
import {
  button,
  dialogOf,
  findViolations,
  press,
  pressable,
  showTeam,
  showView,
} from '../../testing/show-view.ts'

let api: InMemoryTeamApi
let widget: MountedWidget

async function show(options: Parameters<typeof showTeam>[0] = {}): Promise<ShadowRoot> {
  ;({ api, widget } = await showTeam(options))
  const root = await showView(widget, 'directory')
  await vi.waitFor(() => expect(root.querySelectorAll('.card').length).toBeGreaterThan(3))
  return root
}

test.each([
  ['en', 'light', 1200],
  ['es', 'dark', 1200],
  ['pt-BR', 'light', 320],
] as const)(
  'axe finds nothing in the directory and a rule (%s, %s, %i px)',
  async (locale, theme, widthPx) => {
    await page.viewport(widthPx, 900)
    const root = await show({ locale, theme, widthPx })
    expect(await findViolations(widget)).toEqual([])
    expect(root.host.scrollWidth).toBeLessThanOrEqual(root.host.clientWidth)
    root.querySelectorAll<HTMLElement>('.top button')[0]?.click()
    await dialogOf(root)
    expect(await findViolations(widget)).toEqual([])
  },
)

test('a workspace without a directory says that it has none', async () => {
  ;({ api, widget } = await showTeam())
  Object.assign(api.store.directory, { connections: [], tokens: [], rules: [] })
  const root = await showView(widget, 'directory')
  const notice = await vi.waitUntil(() => root.querySelector('.notice.empty'))
  expect(notice.textContent?.trim()).toBe('No directory yet')
})

test('the host is told of what could not be read, and of what was refused', async () => {
  ;({ api, widget } = await showTeam())
  const codes: string[] = []
  widget.element.addEventListener('team-error', ({ code }) => codes.push(code))
  api.refusals.push({ path: 'scim-connections', code: 'unavailable' })
  widget.element.view = 'directory'
  const viewRoot = (): ShadowRoot | null | undefined =>
    widget.element.renderRoot.querySelector('team-directory')?.shadowRoot
  const retry = await vi.waitUntil(() => viewRoot()?.querySelector<HTMLElement>('.notice button'))
  expect(codes).toEqual(['unavailable'])
  retry.click()
  const root = await showView(widget, 'directory')
  await press(root, 'Pause: Okta')
  const dialog = await dialogOf(root)
  api.refusals.push({ path: 'scim-connections', code: 'conflict' })
  button(dialog, 'Pause').click()
  await vi.waitFor(() => expect(dialog.querySelector('.notice')).not.toBeNull())
  expect(codes).toEqual(['unavailable', 'conflict'])
})

test('a connection says how it fares, and pauses after a question', async () => {
  const root = await show()
  const [card] = root.querySelectorAll('.card')
  expect(card?.textContent).toContain('Last sync 2 hours ago')
  expect(card?.textContent).toContain('Token made 6 months ago')
  expect(card?.textContent).toContain('2 people affected')
  const [first] = card?.querySelectorAll('li') ?? []
  expect(first?.textContent?.replace(/\s+/g, ' ').trim()).toBe(
    'Santiago Restrepo Two people have this address: change one there. · 2 hours ago',
  )
  button(root, 'Pause: Okta').click()
  const dialog = await dialogOf(root)
  button(dialog, 'Pause').click()
  await vi.waitFor(() => expect(root.querySelector('.mark')?.textContent).toBe('Paused'))
  expect(button(root, 'Resume: Okta').disabled).toBe(false)
})

test('a token is renewed without a gap: the new one is shown this once, then the older one ends', async () => {
  const root = await show()
  button(root, 'New token: Okta').click()
  button(await dialogOf(root), 'New token').click()
  const secret = await vi.waitUntil(() => root.querySelector<HTMLTextAreaElement>('#secret'))
  expect(secret.value).toBe('plt_scim_shown-once')
  button(root.querySelector('dialog') as ParentNode, 'Done').click()
  await vi.waitFor(() => expect(root.querySelector('dialog')).toBeNull())
  await press(root, 'Revoke older token: Okta')
  button(await dialogOf(root), 'Revoke older token').click()
  await vi.waitFor(() => expect(api.store.directory.tokens[0]?.revokedAt).not.toBeNull())
  expect(api.store.directory.tokens[1]?.revokedAt).toBeNull()
})

test('a rule is saved after a look at whose access changes', async () => {
  const root = await show()
  button(root, 'New rule').click()
  const dialog = await dialogOf(root)
  expect(button(dialog, 'What would change').disabled).toBe(true)
  await userEvent.fill(dialog.querySelector('#value') as HTMLElement, 'Inbox Night')
  const role = dialog.querySelector('#role') as HTMLSelectElement
  role.value = 'agent'
  role.dispatchEvent(new Event('change'))
  await press(dialog, 'What would change')
  await vi.waitFor(() => expect(dialog.textContent).toContain('The access of 12 members changes'))
  button(dialog, 'Save').click()
  await vi.waitFor(() => expect(root.textContent).toContain('Inbox Night'))
  const saved = api.store.directory.rules.at(-1)
  expect(saved).toMatchObject({
    when: { kind: 'group', group: { displayName: 'Inbox Night' } },
    role: 'agent',
  })
  expect(api.store.directory.rules).toHaveLength(3)
})

test.each([
  ['before they are looked at', 0],
  ['between the look and the save', 1],
])('rules that somebody else saved %s are not overwritten, and are said', async (_, looks) => {
  const root = await show()
  const written = (): unknown[] =>
    api.store.directory.rules.map(({ when }) => ('group' in when ? when.group.displayName : ''))
  button(root, 'New rule').click()
  const form = await dialogOf(root)
  await userEvent.fill(form.querySelector('#value') as HTMLElement, 'Inbox Night')
  const role = form.querySelector('#role') as HTMLSelectElement
  role.value = 'agent'
  role.dispatchEvent(new Event('change'))
  const look = (): Promise<void> => press(form, 'What would change')
  if (looks > 0) {
    await look()
    await pressable(form, 'Save')
  }
  const { directory } = api.store
  const [rule] = directory.rules
  if (rule === undefined) throw new Error('No rule.')
  const group = { id: 'g', displayName: 'Inbox Day' }
  directory.rules = [
    ...directory.rules,
    { ...rule, id: 'rule-day', when: { kind: 'group', group } },
  ]
  if (looks > 0) button(form, 'Save').click()
  else await look()
  await vi.waitFor(() => expect(form.textContent).toContain('Somebody changed this'))
  expect(written()).not.toContain('Inbox Night')
  await look()
  await press(form, 'Save')
  await vi.waitFor(() => expect(written()).toContain('Inbox Night'))
  expect(written()).toContain('Inbox Day')
})

test('a rule is deleted after the same look, and the others stay as they are', async () => {
  const root = await show()
  button(root, 'Delete: Customer Care').click()
  const dialog = await dialogOf(root)
  await vi.waitFor(() => expect(dialog.textContent).toContain('The access of 4 members changes'))
  button(dialog, 'Delete').click()
  await vi.waitFor(() => expect(api.store.directory.rules.map(({ id }) => id)).toEqual(['rule-1']))
})

test('single sign-on is required with the names of who may come in anyway, and only where nothing hinders', async () => {
  const root = await show()
  button(root, 'Require single sign-on').click()
  const dialog = await dialogOf(root)
  expect(dialog.textContent).toContain('Beatriz Carvalho Nunes')
  button(dialog, 'Require single sign-on').click()
  await vi.waitFor(() => expect(api.store.directory.policy.ssoRequired).toBe(true))
  expect(api.sent.at(-1)?.headers['if-match']).toBe('"v1"')
  Object.assign(api.store.directory.policy, {
    ssoRequired: false,
    hindrances: ['nobody-signed-in'],
  })
  await showView(widget, 'roles')
  const again = await showView(widget, 'directory')
  await vi.waitFor(() => expect(button(again, 'Require single sign-on').disabled).toBe(true))
  expect(again.textContent).toContain('First somebody has to sign in')
})

async function chooseIn(dialog: Element, id: string, value: string): Promise<void> {
  await userEvent.selectOptions(
    await vi.waitUntil(() => dialog.querySelector<HTMLElement>(id)),
    value,
  )
}

test('a rule whose condition is another one names what the new one says, not what the old one did', async () => {
  await show()
  Object.assign(api.store.directory.rules[0] ?? {}, { named: [] })
  await showView(widget, 'roles')
  const root = await showView(widget, 'directory')
  await press(root, 'Edit: Inbox Agents')
  const dialog = await dialogOf(root)
  await chooseIn(dialog, '#kind', 'group-pattern')
  await userEvent.fill(
    await vi.waitUntil(() => dialog.querySelector<HTMLElement>('#value')),
    '^inbox-(?<department>.+)-(?<role>.+)$',
  )
  button(dialog, 'What would change').click()
  await press(dialog, 'Save')
  await vi.waitFor(() =>
    expect(api.store.directory.rules.find(({ id }) => id === 'rule-1')).toMatchObject({
      when: { kind: 'group-pattern' },
      named: ['department', 'role'],
      role: 'agent',
    }),
  )
})

test('a rule that the server refuses is said in words', async () => {
  const root = await show()
  button(root, 'Edit: Inbox Agents').click()
  const dialog = await dialogOf(root)
  api.refusals.push({ path: 'mapping-rules', code: 'invalid-request', reason: 'rule-invalid' })
  button(dialog, 'What would change').click()
  await vi.waitFor(() =>
    expect(dialog.querySelector('[role="alert"]')?.textContent).toContain('The rule can’t do this'),
  )
})

test('a rule gives channels, in the directory that is meant', async () => {
  const root = await show()
  const [okta] = api.store.directory.connections
  api.store.directory.connections.push({ ...(okta as ScimConnection), id: 'entra', name: 'Entra' })
  await showView(widget, 'roles')
  const again = await showView(widget, 'directory')
  await vi.waitFor(() => expect(again.textContent).toContain('Entra'))
  button(again, 'New rule').click()
  const dialog = await dialogOf(again)
  expect(root).not.toBe(again)
  await chooseIn(dialog, '#connection', 'entra')
  await userEvent.fill(dialog.querySelector('#value') as HTMLElement, 'Norte')
  const [, channelList] = dialog.querySelectorAll('team-choice-list')
  channelList?.shadowRoot?.querySelectorAll('input')[2]?.click()
  button(dialog, 'What would change').click()
  await press(dialog, 'Save')
  await vi.waitFor(() =>
    expect(api.store.directory.rules.at(-1)).toMatchObject({
      connectionId: 'entra',
      when: { kind: 'group', group: { displayName: 'Norte' } },
      channels: ['instagram'],
    }),
  )
  expect(api.store.directory.rules.map(({ connectionId }) => connectionId)).toEqual([
    'okta',
    'okta',
    'entra',
  ])
  await vi.waitFor(() => expect(again.textContent).toMatch(/Group\s*·\s*Entra/))
  expect(again.textContent).toContain('Gives: Instagram')
})
