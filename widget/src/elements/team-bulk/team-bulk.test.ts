import axe from 'axe-core'
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'

import { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import { type MountedWidget, mountWidget } from '../../testing/mount-widget.ts'
import { believablePeople, personNumber } from '../../testing/people.ts'

let api: InMemoryTeamApi
let widget: MountedWidget

afterEach(async () => {
  widget.unmount()
  await page.viewport(1280, 900)
})

async function show(options: Parameters<typeof mountWidget>[1] = {}): Promise<void> {
  api = new InMemoryTeamApi(believablePeople(Date.now()))
  widget = await mountWidget(api, { locale: 'en', ...options })
  await vi.waitFor(() => expect(widget.rows()[0]?.ariaSelected).toBe('false'))
}

function bar(): ShadowRoot | null | undefined {
  return widget.listRoot.querySelector('team-bulk-bar')?.shadowRoot
}

async function choose(kind: string): Promise<HTMLDialogElement> {
  const select = await vi.waitUntil(() => bar()?.querySelector('select'))
  await userEvent.selectOptions(select, kind)
  return vi.waitUntil(() =>
    widget.element.renderRoot
      .querySelector('team-bulk')
      ?.shadowRoot?.querySelector<HTMLDialogElement>('dialog[open]'),
  )
}

function focusRow(index: number): void {
  widget.rows()[index]?.querySelector<HTMLElement>('[role="rowheader"]')?.focus()
}

const chosen = (): number =>
  widget.rows().filter(({ ariaSelected }) => ariaSelected === 'true').length

async function check(): Promise<void> {
  const { violations } = await axe.run(widget.element)
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
}

function submit(dialog: HTMLDialogElement): HTMLButtonElement {
  return dialog.querySelector<HTMLButtonElement>('button[type="submit"]') as HTMLButtonElement
}

test('members are chosen by the box, by Space, by Shift and arrows, and all by Ctrl+A', async () => {
  const counts: number[] = []
  await show()
  widget.element.addEventListener('team-selection-change', ({ count }) => counts.push(count))
  widget.rows()[2]?.querySelector<HTMLElement>('.avatar')?.click()
  await vi.waitFor(() => expect(chosen()).toBe(1))
  focusRow(4)
  await userEvent.keyboard(' {Shift>}{ArrowDown}{ArrowDown}{/Shift}')
  await vi.waitFor(() => expect(chosen()).toBe(4))
  await vi.waitFor(() => expect(bar()?.textContent).toContain('4 selected'))
  await userEvent.keyboard('{Control>}a{/Control}')
  await vi.waitFor(() => expect(bar()?.textContent).toContain('60 selected'))
  expect(widget.element.getSelection()).toEqual({
    count: 60,
    isAll: true,
    request: { filter: {}, except: [] },
  })
  await userEvent.keyboard(' ')
  await vi.waitFor(() => expect(bar()?.textContent).toContain('59 selected'))
  expect(counts.at(-1)).toBe(59)
})

test('a key on the closed list of deeds opens it, and begins nothing', async () => {
  await show()
  widget.list.choose(true)
  const select = await vi.waitUntil(() => bar()?.querySelector('select'))
  select.focus()
  await userEvent.keyboard('{ArrowDown}')
  expect(select.value).toBe('')
  expect(widget.element.renderRoot.querySelector('team-bulk')).toBeNull()
  await userEvent.keyboard('{Escape}')
})

test('the selection ends with a new search, and can be cleared', async () => {
  await show()
  widget.rows()[2]?.querySelector<HTMLElement>('.avatar')?.click()
  await vi.waitFor(() => expect(bar()?.textContent).toContain('1 selected'))
  widget.listRoot.querySelector('input')?.focus()
  await userEvent.keyboard('lucia')
  await vi.waitFor(() => expect(bar()).toBeUndefined())
  widget.rows()[0]?.querySelector<HTMLElement>('.avatar')?.click()
  const clear = await vi.waitUntil(() => bar()?.querySelector<HTMLElement>('.close'))
  clear.click()
  await vi.waitFor(() => expect(chosen()).toBe(0))
})

test.each([
  ['en', 'light', 1200],
  ['es', 'dark', 1200],
  ['pt-BR', 'light', 340],
] as const)(
  'axe finds nothing in bar and dialog (%s, %s, %i px)',
  async (locale, theme, widthPx) => {
    await page.viewport(widthPx, 900)
    await show({ locale, theme, widthPx })
    await vi.waitFor(() => expect(widget.rows()[0]?.querySelector('.avatar')).not.toBeNull())
    for (const row of widget.rows().slice(3, 6)) row.querySelector<HTMLElement>('.avatar')?.click()
    await vi.waitUntil(() => bar()?.querySelector('select'))
    await check()
    const dialog = await choose('set-role')
    await vi.waitFor(() => expect(dialog.querySelector('fieldset')).not.toBeNull())
    await check()
  },
)

test('a role is given to many after a look at what it would do, and who was left out is named', async () => {
  await show()
  api.store.refusedInBulk.set('member-4', 'managed-by-directory')
  for (const index of [3, 4, 5])
    widget.rows()[index]?.querySelector<HTMLElement>('.avatar')?.click()
  const dialog = await choose('set-role')
  const role = await vi.waitUntil(() =>
    dialog.querySelector<HTMLElement>('input[value="administrator"]'),
  )
  expect(submit(dialog).disabled).toBe(true)
  role.click()
  await vi.waitFor(() => expect(dialog.textContent).toContain('2 members would change'))
  expect(dialog.textContent).toMatch(/1 member would be left out:\s+Your company directory decides/)
  submit(dialog).click()
  await vi.waitFor(() => expect(dialog.textContent).toContain('2 members changed'))
  await vi.waitFor(() => expect(dialog.textContent).toContain('Ana Júlia Ribeiro'))
  await vi.waitFor(() => expect(widget.rows()[3]?.textContent).toContain('Administrator'))
  expect(api.sent.find(({ path }) => path === 'selections')?.body).toEqual({
    ids: ['member-3', 'member-4', 'member-5'],
  })
})

test('what cannot be taken back is confirmed by typing above ten', async () => {
  await show()
  focusRow(0)
  await userEvent.keyboard('{Control>}a{/Control}')
  const dialog = await choose('remove')
  const confirm = await vi.waitUntil(() => dialog.querySelector<HTMLInputElement>('#confirm'))
  expect(submit(dialog).disabled).toBe(true)
  await userEvent.fill(confirm, '59')
  expect(submit(dialog).disabled).toBe(true)
  await userEvent.fill(confirm, '60')
  await vi.waitFor(() => expect(submit(dialog).disabled).toBe(false))
  submit(dialog).click()
  await vi.waitFor(() => expect(widget.listRoot.textContent).toContain('Nobody here yet'))
})

test('ten or fewer need no typing', async () => {
  await show()
  widget.rows()[3]?.querySelector<HTMLElement>('.avatar')?.click()
  const dialog = await choose('suspend')
  await vi.waitFor(() => expect(submit(dialog).disabled).toBe(false))
  expect(dialog.querySelector('#confirm')).toBeNull()
  submit(dialog).click()
  await vi.waitFor(() => expect(widget.rows()[3]?.textContent).toContain('Suspended'))
})

test('without the right to it nobody can be chosen', async () => {
  api = new InMemoryTeamApi(believablePeople(Date.now()))
  api.workspace = { ...api.workspace, can: { actions: [], grantableRoles: [] } }
  widget = await mountWidget(api, { locale: 'en' })
  await vi.waitFor(() => expect(widget.rows().length).toBeGreaterThan(0))
  expect(widget.rows()[0]?.hasAttribute('aria-selected')).toBe(false)
  focusRow(0)
  await userEvent.keyboard(' {Control>}a{/Control}')
  expect(widget.element.getSelection().count).toBe(0)
})

test('of choices made quickly only the last is looked at and done, however late the first is answered', async () => {
  await show()
  for (const index of [3, 4, 5])
    widget.rows()[index]?.querySelector<HTMLElement>('.avatar')?.click()
  const dialog = await choose('set-role')
  const role = (key: string): Promise<HTMLElement> =>
    vi.waitUntil(() => dialog.querySelector<HTMLElement>(`input[value="${key}"]`))
  const first = await role('administrator')
  await vi.waitFor(() => expect(api.log).toContain('POST selections'))
  api.latencyMs = 400
  first.click()
  await vi.waitFor(() => expect(api.log).toContain('POST bulk-actions/preview'))
  api.latencyMs = 0
  const last = await role('agent')
  last.click()
  await vi.waitFor(() => expect(dialog.textContent).toContain('1 member would change'))
  await vi.waitFor(() => expect(api.aborted).toHaveLength(1))
  expect(dialog.textContent).toContain('1 member would change')
  submit(dialog).click()
  const started = await vi.waitUntil(() => api.sent.find(({ path }) => path === 'bulk-actions'))
  expect(started.body).toMatchObject({ action: { kind: 'set-role', role: 'agent' } })
})

test.each(['12345', '12,345', '12 345'])(
  'a number that a region writes in its own way is confirmed by %s',
  async (typed) => {
    api = new InMemoryTeamApi({
      length: 12_345,
      at: (index: number) => personNumber(index, Date.now()),
    })
    widget = await mountWidget(api, { locale: 'es-CR' })
    await vi.waitFor(() => expect(widget.rows()[0]?.ariaSelected).toBe('false'))
    widget.list.choose(true)
    const dialog = await choose('remove')
    const confirm = await vi.waitUntil(() => dialog.querySelector<HTMLInputElement>('#confirm'), {
      timeout: 30_000,
    })
    expect(dialog.textContent).toContain('Escribe 12\u{A0}345 para confirmar')
    expect(submit(dialog).disabled).toBe(true)
    await userEvent.fill(confirm, typed)
    await vi.waitFor(() => expect(submit(dialog).disabled).toBe(false))
  },
)
