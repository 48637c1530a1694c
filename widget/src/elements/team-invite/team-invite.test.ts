import axe from 'axe-core'
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'

import type { InviteField, TeamWorkspace } from '../../contract/index.ts'
import { expiredInvitation } from '../../testing/expired-invitation.ts'
import { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import { type MountedWidget, mountWidget } from '../../testing/mount-widget.ts'
import { believablePeople } from '../../testing/people.ts'

let api: InMemoryTeamApi
let widget: MountedWidget | undefined

afterEach(async () => {
  widget?.unmount()
  await page.viewport(1280, 900)
})

async function openForm(
  change: Partial<TeamWorkspace> = {},
  options: Parameters<typeof mountWidget>[1] = {},
): Promise<HTMLDialogElement> {
  api = new InMemoryTeamApi(believablePeople(Date.now()))
  api.workspace = { ...api.workspace, ...change }
  widget = await mountWidget(api, { locale: 'en', ...options })
  const { element } = widget
  const opener = await vi.waitUntil(() => element.renderRoot.querySelector<HTMLElement>('.primary'))
  opener.focus()
  opener.click()
  await vi.waitUntil(() => dialog()?.querySelector('form'))
  return dialog() as HTMLDialogElement
}

function dialog(): HTMLDialogElement | null | undefined {
  return widget?.element.renderRoot
    .querySelector('team-invite')
    ?.shadowRoot?.querySelector<HTMLDialogElement>('dialog')
}

function addresses(opened: Element): ShadowRoot {
  return opened.querySelector('team-addresses')?.shadowRoot as ShadowRoot
}

function tokens(opened: Element): string[] {
  return [...addresses(opened).querySelectorAll('li')].map((token) =>
    (token.textContent ?? '').replace(/\s+/g, ' ').trim(),
  )
}

function submit(opened: Element): void {
  opened.querySelector<HTMLElement>('button[type="submit"]')?.click()
}

async function type(opened: Element, text: string): Promise<void> {
  addresses(opened).querySelector('input')?.focus()
  await userEvent.keyboard(text)
}

function paste(opened: Element, text: string): void {
  const data = new DataTransfer()
  data.setData('text/plain', text)
  const event = new ClipboardEvent('paste', {
    clipboardData: data,
    bubbles: true,
    cancelable: true,
  })
  addresses(opened).querySelector('input')?.dispatchEvent(event)
}

function labels(opened: Element): string[] {
  const own = [...opened.querySelectorAll('form > *')].map((field) => {
    const label =
      field.shadowRoot?.querySelector('label, legend') ?? field.querySelector('label, legend')
    return (label?.textContent ?? '').replace(/\s+/g, ' ').trim()
  })
  return own
}

const seats = (left: number): Partial<TeamWorkspace> => ({ seats: { used: 10, limit: 10 + left } })

test.each([
  ['en', 'light', 1200],
  ['es', 'dark', 1200],
  ['pt-BR', 'light', 340],
] as const)('axe finds nothing in the form (%s, %s, %i px)', async (locale, theme, widthPx) => {
  await page.viewport(widthPx, 900)
  const opened = await openForm({}, { locale, theme, widthPx })
  await type(opened, 'nobody{Enter}ana@acme.example{Enter}')
  const { violations } = await axe.run(widget?.element as Element)
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  expect(opened.scrollWidth).toBeLessThanOrEqual(opened.clientWidth)
})

test('a list from a spreadsheet becomes addresses, each with what is wrong about it', async () => {
  const opened = await openForm()
  paste(opened, 'Ana Ruiz\tana@acme.example\nBo <bo@acme.example>, nobody; ana@acme.example')
  const lucia = 'lucia.fernandez@cafealtura.example'
  await type(opened, `${lucia},`)
  await vi.waitFor(() =>
    expect(tokens(opened)).toEqual([
      'ana@acme.example',
      'bo@acme.example',
      'nobody not an address',
      'ana@acme.example is here twice',
      `${lucia} is a member already`,
    ]),
  )
  submit(opened)
  await vi.waitFor(() => expect(addresses(opened).activeElement?.tagName).toBe('INPUT'))
  expect(api.log.filter((line) => line.startsWith('POST invitations'))).toEqual([])
})

test('an address that is removed leaves its double fine, and the last can be typed again', async () => {
  const opened = await openForm()
  paste(opened, 'ana@acme.example, ana@acme.example')
  await vi.waitFor(() => expect(tokens(opened)[1]).toContain('twice'))
  addresses(opened).querySelector<HTMLElement>('li button')?.click()
  await vi.waitFor(() => expect(tokens(opened)).toEqual(['ana@acme.example']))
  addresses(opened).querySelector('input')?.focus()
  await userEvent.keyboard('{Backspace}')
  await vi.waitFor(() => expect(tokens(opened)).toEqual([]))
  expect(addresses(opened).querySelector('input')?.value).toBe('ana@acme.example')
})

test('people are invited with what was chosen for all, and each address has its result', async () => {
  const after: unknown[] = []
  const opened = await openForm()
  widget?.element.addEventListener('team-after-invite', ({ about }) => after.push(about))
  paste(opened, 'Ana Ruiz <ana@acme.example>, bo@acme.example')
  opened.querySelector<HTMLElement>('input[value="agent"]')?.click()
  const departments = opened.querySelector('team-choice-list')?.shadowRoot
  departments?.querySelector<HTMLElement>('input[type="checkbox"]')?.click()
  submit(opened)
  await vi.waitFor(() => expect(opened.textContent).toContain('2 people invited'))
  expect(api.sent.find(({ path }) => path === 'invitations')?.body).toEqual({
    people: [
      { email: 'ana@acme.example', displayName: 'Ana Ruiz', role: 'agent', departments: ['sales'] },
      { email: 'bo@acme.example', role: 'agent', departments: ['sales'] },
    ],
  })
  expect(after).toHaveLength(1)
  expect((opened.getRootNode() as ShadowRoot).activeElement?.tagName).toBe('H2')
  opened.querySelector<HTMLElement>('footer .primary')?.click()
  await vi.waitFor(() => expect(dialog()).toBeUndefined())
  const root = widget?.element.renderRoot as ShadowRoot
  expect(root.activeElement?.classList).toContain('primary')
})

test('roles that one may not give are shown and say so', async () => {
  const opened = await openForm()
  const owner = opened.querySelector<HTMLInputElement>('input[value="owner"]')
  expect(owner?.disabled).toBe(true)
  expect(owner?.closest('label')?.textContent).toContain('Your role can’t give this one')
  const agent = opened.querySelector<HTMLInputElement>('input[value="agent"]')
  expect(agent?.closest('label')?.textContent).toContain('Sees conversations of their departments')
})

test('when no seat is left the form says so before, and the host is told after', async () => {
  const limits: string[] = []
  const opened = await openForm(seats(1))
  widget?.element.addEventListener('team-seat-limit', ({ type }) => limits.push(type))
  paste(opened, 'ana@acme.example, bo@acme.example')
  await vi.waitFor(() => expect(opened.textContent).toContain('2 people, 1 seat left'))
  submit(opened)
  await vi.waitFor(() => expect(opened.textContent).toContain('All seats are taken'))
  expect(limits).toEqual(['team-seat-limit'])
})

test('what was refused can be corrected without typing the rest again', async () => {
  const opened = await openForm(seats(1))
  paste(opened, 'ana@acme.example, bo@acme.example')
  submit(opened)
  await vi.waitFor(() => expect(opened.textContent).toContain('1 was not added'))
  const correct = [...opened.querySelectorAll('button')].find((one) =>
    one.textContent?.includes('Correct'),
  )
  correct?.click()
  await vi.waitFor(() => expect(tokens(opened)[0]).toContain('bo@acme.example'))
  expect(tokens(opened)).toHaveLength(1)
})

test('a lost connection keeps what was typed, and the second try has the same key', async () => {
  const opened = await openForm()
  paste(opened, 'ana@acme.example, bo@acme.example')
  await new Promise((resolve) => setTimeout(resolve, 50))
  api.refusals.push({ path: 'invitations', code: 'unavailable' })
  submit(opened)
  await vi.waitFor(() => expect(opened.textContent).toContain('The service is busy'))
  submit(opened)
  await vi.waitFor(() => expect(opened.textContent).toContain('2 people invited'))
  const keys = api.sent.map(({ headers }) => headers['idempotency-key'])
  expect(keys).toHaveLength(2)
  expect(new Set(keys).size).toBe(1)
})

const presets: [string, InviteField[], 'person' | 'admins', string[]][] = [
  [
    'wati',
    ['givenName', 'familyName', 'email', 'jobTitle', 'departments', 'role'],
    'person',
    [
      'Nombre (opcional)',
      'Apellido (opcional)',
      'Dirección de correo electrónico',
      'Cargo (opcional)',
      'Departamentos',
      'Rol',
      'Mensaje en el correo (opcional)',
    ],
  ],
  [
    'respond',
    ['email', 'role'],
    'person',
    ['Dirección de correo electrónico', 'Rol', 'Mensaje en el correo (opcional)'],
  ],
  [
    'umnico',
    ['email', 'channels', 'supervisor'],
    'person',
    [
      'Dirección de correo electrónico',
      'Canales',
      'Supervisor Ve los chats de todos los usuarios.',
      'Mensaje en el correo (opcional)',
    ],
  ],
  [
    'whaticket',
    ['displayName', 'role', 'email', 'password', 'departments'],
    'admins',
    ['Nombre', 'Rol', 'Dirección de correo electrónico', 'Contraseña', 'Departamentos'],
  ],
]

test.each(presets)(
  'the form of %s asks for what its inbox asks for',
  async (_name, fields, passwords, expected) => {
    const base = new InMemoryTeamApi([]).workspace
    const opened = await openForm(
      {
        screen: { ...base.screen, inviteFields: fields, passwords },
        can: {
          ...base.can,
          actions: passwords === 'admins' ? [...base.can.actions, 'create'] : base.can.actions,
        },
      },
      { locale: 'es' },
    )
    await vi.waitFor(() => expect(labels(opened)).toEqual(expected))
  },
)

test('somebody is created with a password where that is how it is done', async () => {
  const base = new InMemoryTeamApi([]).workspace
  const opened = await openForm({
    screen: {
      ...base.screen,
      inviteFields: ['displayName', 'role', 'email', 'password', 'departments'],
      passwords: 'admins',
    },
    can: { ...base.can, actions: [...base.can.actions, 'create'] },
  })
  await userEvent.fill(opened.querySelector('#displayName') as HTMLElement, 'Ana Ruiz')
  await type(opened, 'ana@acme.example')
  const password = opened.querySelector<HTMLInputElement>('#password') as HTMLInputElement
  await userEvent.fill(password, 'short')
  submit(opened)
  await vi.waitFor(() => expect(opened.textContent).toContain('Use ten characters or more'))
  await userEvent.fill(password, 'a much longer one')
  submit(opened)
  await vi.waitFor(() => expect(opened.textContent).toContain('Ana Ruiz was added'))
  await vi.waitFor(() => expect(widget?.row('Ana Ruiz')?.textContent).toContain('Active'))
})

test('who did not come in time is there with the day it ended, and is asked again', async () => {
  const opened = await openForm()
  expect(opened.querySelector('details')).toBeNull()
  opened.close()
  await vi.waitFor(() => expect(dialog()).toBeUndefined())
  api.store.expired = ['zulema@acme.example', 'iker@acme.example'].map(expiredInvitation)
  widget?.element.renderRoot.querySelector<HTMLElement>('.primary')?.click()
  const summary = await vi.waitUntil(() => dialog()?.querySelector<HTMLElement>('summary'))
  expect(summary.textContent).toBe('2 expired invitations')
  summary.click()
  const [row] = dialog()?.querySelectorAll('details li') ?? []
  expect(row?.textContent).toMatch(/zulema@acme\.example\s+The invitation expired on \w+ \d+, \d+/)
  const { violations } = await axe.run(widget?.element ?? document)
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  row?.querySelector<HTMLElement>('button')?.click()
  await vi.waitFor(() => expect(summary.textContent).toBe('1 expired invitation'))
  expect(api.log).toContain('POST members/zulema%40acme.example/invitation/resend')
  expect(dialog()?.getRootNode()).toHaveProperty('activeElement', summary)
})
