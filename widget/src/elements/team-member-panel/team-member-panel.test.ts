import axe from 'axe-core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'

import type { MemberDetail, MemberGrant } from '../../contract/index.ts'
import { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import { type MountedWidget, mountWidget } from '../../testing/mount-widget.ts'
import { personNumber } from '../../testing/people.ts'

const now = Date.now()
const since = '2026-03-03T10:00:00Z'
const reference = (name: string): { id: string; name: string } => ({ id: name, name })
const grants: MemberGrant[] = [
  {
    kind: 'role',
    value: reference('Agent'),
    source: { kind: 'mapping_rule', ruleId: 'r', groupName: 'Support LATAM' },
    effective: true,
    since,
  },
  {
    kind: 'role',
    value: reference('Supervisor'),
    source: { kind: 'local' },
    effective: false,
    since,
  },
  {
    kind: 'department',
    value: reference('Billing'),
    source: { kind: 'mapping_rule', ruleId: 'r', groupName: null },
    effective: true,
    since,
  },
  {
    kind: 'channel',
    value: reference('WhatsApp'),
    source: { kind: 'connection_default' },
    effective: true,
    since,
  },
  { kind: 'supervisor', value: null, source: { kind: 'invitation' }, effective: true, since },
]
const member: MemberDetail = {
  ...personNumber(1, now),
  displayName: 'Ana Ruiz',
  managedBy: { kind: 'directory', name: 'Okta' },
  grants,
}

let api: InMemoryTeamApi
let widget: MountedWidget

beforeEach(async () => {
  api = new InMemoryTeamApi([personNumber(0, now), member])
  widget = await mountWidget(api, { locale: 'en' })
  await vi.waitUntil(() => widget.row('Ana Ruiz'))
})
afterEach(() => {
  widget.unmount()
})

function screen(name: string): ShadowRoot | null | undefined {
  return widget.element.renderRoot.querySelector(name)?.shadowRoot
}

function dialog(): HTMLDialogElement | null | undefined {
  return screen('team-member-panel')?.querySelector<HTMLDialogElement>('dialog')
}

function button(root: ParentNode | null | undefined, text: string): HTMLButtonElement {
  const found = [...(root?.querySelectorAll('button') ?? [])].find((one) =>
    one.textContent?.trim().includes(text),
  )
  if (found === undefined) throw new Error(`There is no button ${text}.`)
  return found
}

async function openWithEnter(tab?: string): Promise<HTMLDialogElement> {
  widget.row('Ana Ruiz')?.querySelector<HTMLElement>('[role="gridcell"]')?.focus()
  await userEvent.keyboard('{Enter}')
  await vi.waitUntil(() => dialog()?.open)
  const opened = dialog() as HTMLDialogElement
  if (tab !== undefined) button(opened, tab).click()
  return opened
}

async function openWhy(): Promise<HTMLDialogElement> {
  const opened = await openWithEnter('Why')
  await vi.waitFor(() => expect(opened.querySelectorAll('.grants li')).toHaveLength(5))
  return opened
}

const patches = (): unknown[] =>
  api.sent
    .filter(({ path }) => path === 'members/member-1')
    .map(({ body }) => body)
    .filter(Boolean)

const tabNames = ['Access', 'Profile', 'Why', 'Account']

test.each([
  ['en', 'light', 1200],
  ['es', 'dark', 1200],
  ['pt-BR', 'light', 340],
] as const)('axe finds nothing on any tab (%s, %s, %i px)', async (locale, theme, widthPx) => {
  await page.viewport(widthPx, 900)
  widget.element.theme = theme
  widget.element.locale = locale
  await vi.waitFor(() =>
    expect(widget.element.renderRoot.querySelector('[lang]')?.getAttribute('lang')).toBe(locale),
  )
  const opened = await openWithEnter()
  await vi.waitFor(() => expect(opened.querySelector('team-choice-list')).not.toBeNull())
  for (const tab of opened.querySelectorAll<HTMLElement>('[role="tab"]')) {
    tab.click()
    await vi.waitFor(() => expect(tab.ariaSelected).toBe('true'))
    const { violations } = await axe.run(widget.element)
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
    expect(opened.scrollWidth).toBeLessThanOrEqual(opened.clientWidth)
  }
  await page.viewport(1280, 900)
})

test('whoever is here is shown as such, and stays so once everything about them is there', async () => {
  await vi.waitFor(() => expect(api.watched).toContain(member.id))
  api.send({ type: 'presence.changed', memberId: member.id, presence: 'online' })
  await vi.waitUntil(() => widget.row('Ana Ruiz')?.querySelector('.presence'))
  const opened = await openWithEnter()
  await vi.waitFor(() => expect(opened.querySelector('team-choice-list')).not.toBeNull())
  expect(opened.querySelector('.portrait .presence')?.ariaLabel).toBe('Online')
})

test('the tabs are one tab stop, and arrows go from one to the other', async () => {
  const opened = await openWithEnter()
  const tabs = [...opened.querySelectorAll<HTMLElement>('[role="tab"]')]
  expect(tabs.map((tab) => tab.textContent?.trim())).toEqual(tabNames)
  expect(tabs.filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1)
  tabs[0]?.focus()
  await userEvent.keyboard('{ArrowRight}{ArrowRight}')
  await vi.waitFor(() => expect(tabs[2]?.ariaSelected).toBe('true'))
  expect((opened.getRootNode() as ShadowRoot).activeElement).toBe(tabs[2])
})

test('every grant says in words where it comes from and since when', async () => {
  const opened = await openWhy()
  const texts = [...opened.querySelectorAll('.grants li')].map((item) =>
    item.textContent?.replace(/\s+/g, ' ').trim(),
  )
  expect(texts[0]).toContain('Agent Because they are in the group “Support LATAM” in Okta')
  expect(texts[0]).toContain('since March 3, 2026')
  expect(texts[1]).toContain('Supervisor Given by hand in this workspace')
  expect(texts[1]).toContain('Not in effect')
  expect(texts[2]).toContain('Because a mapping rule applies')
  expect(texts[3]).toContain('The default for everyone from the directory')
  expect(texts[4]).toContain('Sees all conversations Chosen in their invitation')
})

test('what their role lets them do is said in words', async () => {
  const opened = await openWhy()
  const permissions = [...opened.querySelectorAll('.permissions li')].map(
    (item) => item.textContent,
  )
  expect(permissions).toContain('add contacts')
})

test('the focus goes to the heading and, after Escape, back to the cell it came from', async () => {
  const opened = await openWithEnter()
  const root = opened.getRootNode() as ShadowRoot
  expect(root.activeElement?.id).toBe('title')
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(dialog()).toBeUndefined())
  expect(widget.listRoot.activeElement?.closest('[data-row]')?.textContent).toContain('Ana Ruiz')
})

test('the focus comes back to the member even if they have moved meanwhile', async () => {
  const opened = await openWithEnter()
  api.change([personNumber(5, now), personNumber(0, now), member], ['member-5'])
  await vi.waitFor(() => expect(widget.rows()).toHaveLength(3))
  opened.close()
  await vi.waitFor(() => expect(dialog()).toBeUndefined())
  expect(widget.listRoot.activeElement?.closest('[data-row]')?.textContent).toContain('Ana Ruiz')
})

test('a click on a row opens it, a click on the button closes it', async () => {
  widget.row('Ana Ruiz')?.click()
  await vi.waitFor(() => expect(dialog()?.open).toBe(true))
  dialog()?.querySelector<HTMLElement>('button.close')?.click()
  await vi.waitFor(() => expect(dialog()).toBeUndefined())
})

test('somebody without any grant is explained too', async () => {
  const bare: MemberDetail = { ...member, role: null, noRoleReason: 'no_grant', grants: [] }
  api.change([bare], [])
  const opened = await openWithEnter('Why')
  await vi.waitFor(() => expect(opened.textContent).toContain('Nothing is granted'))
})

test('a failure is shown inside the panel and can be retried', async () => {
  api.refusals.push({ path: 'members/', code: 'unavailable' })
  const opened = await openWithEnter()
  await vi.waitFor(() => expect(opened.textContent).toContain('The service is busy'))
  opened.querySelector<HTMLElement>('.notice button')?.click()
  await vi.waitFor(() => expect(opened.querySelector('team-choice-list')).not.toBeNull())
})

test('a member who was removed meanwhile is said to be gone', async () => {
  widget.row('Ana Ruiz')?.querySelector<HTMLElement>('[role="gridcell"]')?.focus()
  api.refusals.push({ path: 'members/', code: 'not-found' })
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(dialog()?.textContent).toContain('This member is gone'))
})

test('what the directory decides is shown with who does, and is no field', async () => {
  const opened = await openWithEnter()
  await vi.waitFor(() => expect(opened.querySelector('.locked')).not.toBeNull())
  expect(opened.querySelector('.locked')?.textContent).toMatch(/Role.*Managed by Okta/s)
  expect(opened.querySelectorAll('input[name="role"]')).toHaveLength(0)
})

test('only what was changed is saved, with the version that was read', async () => {
  const opened = await openWithEnter('Profile')
  const title = await vi.waitUntil(() => opened.querySelector<HTMLInputElement>('#jobTitle'))
  await userEvent.fill(title, 'Team lead')
  button(opened, 'Save').click()
  await vi.waitFor(() => expect(patches()).toEqual([{ profile: { jobTitle: 'Team lead' } }]))
  const sent = api.sent.find(({ body }) => body !== '')
  expect(sent?.headers['if-match']).toBe('"v1"')
  await vi.waitFor(() => expect(opened.querySelector('footer')).toBeNull())
  expect(screen('team-toast')?.textContent).toContain('Saved')
  // The button that was pressed is gone with the footer.
  expect((opened.getRootNode() as ShadowRoot).activeElement).toBe(opened.querySelector('h2'))
})

test('an edit on top of somebody else’s is shown first, and then saved on theirs', async () => {
  const opened = await openWithEnter('Profile')
  const title = await vi.waitUntil(() => opened.querySelector<HTMLInputElement>('#jobTitle'))
  await userEvent.fill(title, 'Team lead')
  api.store.versions.set(member.id, 7)
  api.store.profiles.set(member.id, { phone: '+52 55 1234' })
  button(opened, 'Save').click()
  await vi.waitFor(() =>
    expect(opened.querySelector('.conflict')?.textContent).toMatch(/Phone\s+now:\s+\+52 55 1234/),
  )
  button(opened, 'Save mine anyway').click()
  await vi.waitFor(() => expect(patches()).toHaveLength(2))
  await vi.waitFor(() => expect(opened.querySelector('.conflict')).toBeNull())
  expect(api.store.profiles.get(member.id)).toEqual({ phone: '+52 55 1234', jobTitle: 'Team lead' })
})

test('a refusal says what to do, and what was typed stays', async () => {
  const opened = await openWithEnter('Profile')
  const title = await vi.waitUntil(() => opened.querySelector<HTMLInputElement>('#jobTitle'))
  await userEvent.fill(title, 'Team lead')
  api.refusals.push({ path: 'members/member-1', code: 'forbidden', reason: 'outranked' })
  button(opened, 'Save').click()
  await vi.waitFor(() =>
    expect(opened.querySelector('[role="alert"]')?.textContent).toContain('Their role is above'),
  )
  expect(title.value).toBe('Team lead')
})

test('a host that prevents an edit keeps it from being sent', async () => {
  widget.element.addEventListener('team-before-update', (event) => event.preventDefault())
  const opened = await openWithEnter('Profile')
  const title = await vi.waitUntil(() => opened.querySelector<HTMLInputElement>('#jobTitle'))
  await userEvent.fill(title, 'Team lead')
  button(opened, 'Save').click()
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(patches()).toEqual([])
})

test('somebody is suspended with one press, and that can be taken back', async () => {
  const after: string[] = []
  for (const name of ['team-after-revoke', 'team-after-update'] as const) {
    widget.element.addEventListener(name, (event) => after.push(event.type))
  }
  const opened = await openWithEnter('Account')
  await vi.waitFor(() => expect(opened.querySelector('.deed')).not.toBeNull())
  button(opened, 'Suspend').click()
  await vi.waitFor(() => expect(widget.row('Ana Ruiz')?.textContent).toContain('Suspended'))
  button(screen('team-toast'), 'Undo').click()
  await vi.waitFor(() => expect(widget.row('Ana Ruiz')?.textContent).toContain('Active'))
  expect(after).toEqual(['team-after-revoke', 'team-after-update'])
  const keys = api.sent.map(({ headers }) => headers['idempotency-key']).filter(Boolean)
  expect(new Set(keys).size).toBe(2)
})

test('a password that is too short is refused in words at its place', async () => {
  const opened = await openWithEnter('Account')
  const input = await vi.waitUntil(() => opened.querySelector<HTMLInputElement>('#password'))
  api.refusals.push({
    path: 'members/member-1/password',
    code: 'invalid-request',
    reason: 'password-guessable',
  })
  await userEvent.fill(input, 'password123')
  button(opened, 'Change password').click()
  await vi.waitFor(() => expect(opened.textContent).toContain('Too easy to guess'))
})

test('the menu has what the server offers, by keyboard, and gives the focus back', async () => {
  widget.row('Ana Ruiz')?.querySelector<HTMLElement>('[role="gridcell"]')?.focus()
  await userEvent.keyboard('{Shift>}{F10}{/Shift}')
  const menu = await vi.waitUntil(() => screen('team-member-menu')?.querySelector('[role="menu"]'))
  const items = [...menu.querySelectorAll('[role="menuitem"]')].map((item) =>
    item.textContent?.trim(),
  )
  expect(items).toEqual([
    'View details',
    'Edit access',
    'Edit profile',
    'Change password',
    'Sign out everywhere',
    'Suspend',
  ])
  const { violations } = await axe.run(widget.element)
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{Escape}')
  await vi.waitFor(() => expect(screen('team-member-menu')).toBeUndefined())
  await vi.waitFor(() =>
    expect(widget.listRoot.activeElement?.closest('[data-row]')?.textContent).toContain('Ana Ruiz'),
  )
})

test('access ends after a question that says what ends with it', async () => {
  const free: MemberDetail = {
    ...personNumber(3, now),
    displayName: 'Ana Ruiz',
    departments: [{ id: 'retention', name: 'Retention' }],
    channels: [{ id: 'telegram', name: 'Telegram' }],
  }
  api.change([{ ...personNumber(0, now), channels: [] }, free], [free.id])
  await vi.waitFor(() => expect(widget.row('Ana Ruiz')?.textContent).toContain('Retention'))
  widget.row('Ana Ruiz')?.querySelector<HTMLElement>('.menu')?.click()
  const menu = await vi.waitUntil(() => screen('team-member-menu')?.querySelector('[role="menu"]'))
  button(menu, 'Revoke access').click()
  const question = await vi.waitUntil(() => screen('team-revoke')?.querySelector('dialog'))
  await vi.waitFor(() =>
    expect(question.textContent).toContain('Nobody else is left for Retention and Telegram.'),
  )
  const { violations } = await axe.run(widget.element)
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  expect(question.textContent).toContain('12 open conversations')
  const revoke = button(question.querySelector('footer'), 'Revoke access')
  question.querySelector<HTMLElement>('input[type="checkbox"]')?.click()
  const picker = await vi.waitUntil(() => question.querySelector('team-person-picker')?.shadowRoot)
  revoke.click()
  await vi.waitFor(() =>
    expect(question.textContent).toContain('Choose who gets the conversations'),
  )
  await userEvent.fill(picker.querySelector('input') as HTMLElement, 'lucia')
  await vi.waitFor(() => expect(picker.querySelector('[aria-selected="true"]')).not.toBeNull())
  await userEvent.keyboard('{Enter}')
  revoke.click()
  await vi.waitFor(() => expect(widget.row('Ana Ruiz')).toBeUndefined())
  expect(api.sent.find(({ path }) => path.endsWith('/revoke'))?.body).toEqual({
    end: 'remove',
    to: { kind: 'member', memberId: 'member-0' },
  })
})

test('conversations become unassigned unless somebody is chosen for them', async () => {
  const free: MemberDetail = { ...personNumber(3, now), displayName: 'Ana Ruiz' }
  api.change([personNumber(0, now), free], [free.id])
  await vi.waitFor(() => expect(widget.row('Ana Ruiz')?.textContent).not.toContain('Okta'))
  widget.row('Ana Ruiz')?.querySelector<HTMLElement>('.menu')?.click()
  const menu = await vi.waitUntil(() => screen('team-member-menu')?.querySelector('[role="menu"]'))
  button(menu, 'Revoke access').click()
  const question = await vi.waitUntil(() => screen('team-revoke')?.querySelector('dialog'))
  button(question.querySelector('footer'), 'Revoke access').click()
  await vi.waitFor(() => expect(widget.row('Ana Ruiz')).toBeUndefined())
  expect(api.sent.find(({ path }) => path.endsWith('/revoke'))?.body).toEqual({
    end: 'remove',
    to: { kind: 'unassigned' },
  })
})

test('in a read-only widget nothing can be changed', async () => {
  widget.element.readonly = true
  const opened = await openWithEnter()
  await vi.waitFor(() => expect(opened.querySelector('.locked')).not.toBeNull())
  expect(opened.querySelectorAll('input:not([readonly]), team-choice-list')).toHaveLength(0)
  button(opened, 'Account').click()
  await vi.waitFor(() => expect(opened.textContent).toContain('nothing here that you may change'))
})

test('a link that the page may not copy by itself is shown for the person to take', async () => {
  const invited: MemberDetail = { ...personNumber(5, now), displayName: 'Ana Ruiz' }
  api.change([personNumber(0, now), invited], [invited.id])
  await vi.waitFor(() => expect(widget.row('Ana Ruiz')?.textContent).toContain('Pending'))
  const refused = new DOMException('Write permission denied.', 'NotAllowedError')
  const clipboard = vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(refused)
  widget.row('Ana Ruiz')?.querySelector<HTMLElement>('.menu')?.click()
  const menu = await vi.waitUntil(() => screen('team-member-menu')?.querySelector('[role="menu"]'))
  await vi.waitFor(() => button(menu, 'Copy invitation link').click())
  const link = await vi.waitUntil(() => dialog()?.querySelector<HTMLTextAreaElement>('#secret'))
  expect(link.value).toBe('https://plantel.example/invitation/member-5')
  expect(dialog()?.textContent).not.toContain('didn’t work')
  clipboard.mockResolvedValue()
  button(dialog(), 'Copy').click()
  await vi.waitFor(() => expect(screen('team-toast')?.textContent).toContain('Copied'))
  expect(clipboard).toHaveBeenLastCalledWith(link.value)
  clipboard.mockRestore()
})

test('without a line nothing can be written, and it is said why', async () => {
  const line = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  const opened = await openWithEnter()
  await vi.waitFor(() => expect(opened.querySelector('input[name="role"], .locked')).not.toBeNull())
  opened.querySelector<HTMLElement>('.option input[type="checkbox"]')?.click()
  await vi.waitFor(() => expect(button(opened, 'Save').disabled).toBe(true))
  expect(opened.querySelector('[role="alert"]')?.textContent).toContain('You are offline')
  line.mockReturnValue(true)
  dispatchEvent(new Event('online'))
  await vi.waitFor(() => expect(button(opened, 'Save').disabled).toBe(false))
  expect(opened.querySelector('[role="alert"]')).toBeNull()
  line.mockRestore()
})
