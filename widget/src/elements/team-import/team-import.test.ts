import axe from 'axe-core'
import { afterEach, expect, test, vi } from 'vitest'

import { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import { type MountedWidget, mountWidget } from '../../testing/mount-widget.ts'
import { believablePeople } from '../../testing/people.ts'

let api: InMemoryTeamApi
let widget: MountedWidget

afterEach(() => {
  widget.unmount()
})

async function openImport(
  options: Parameters<typeof mountWidget>[1] = {},
): Promise<HTMLDialogElement> {
  api = new InMemoryTeamApi(believablePeople(Date.now()))
  api.workspace.can.actions.push('create')
  widget = await mountWidget(api, options)
  const root = widget.element.renderRoot as ShadowRoot
  const opener = await vi.waitUntil(() => root.querySelector<HTMLElement>('.primary'))
  opener.click()
  const link = await vi.waitUntil(() =>
    root
      .querySelector('team-invite')
      ?.shadowRoot?.querySelector<HTMLElement>('.ways button:last-child'),
  )
  link.click()
  return vi.waitUntil(() =>
    root.querySelector('team-import')?.shadowRoot?.querySelector<HTMLDialogElement>('dialog[open]'),
  )
}

function choose(dialog: HTMLDialogElement, text: string): void {
  const files = new DataTransfer()
  files.items.add(new File([text], 'people.csv', { type: 'text/csv' }))
  const input = dialog.querySelector<HTMLInputElement>('input[type="file"]') as HTMLInputElement
  input.files = files.files
  input.dispatchEvent(new Event('change'))
}

test('a table is looked at row by row before anybody is added, and then imported as shown', async () => {
  const dialog = await openImport()
  choose(dialog, 'Email\nana@acme.example\nnobody\nbo@acme.example\n')
  await vi.waitFor(() => expect(dialog.textContent).toMatch(/2 new.*1 refused/s))
  await vi.waitFor(() =>
    expect(dialog.textContent).toMatch(/Row 2\s+No mail can be sent to this address/),
  )
  expect(dialog.textContent).toContain('These columns mean nothing here: Favourite colour')
  const { violations } = await axe.run(widget.element)
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  dialog.querySelector<HTMLElement>('footer .primary')?.click()
  await vi.waitFor(() => expect(dialog.textContent).toContain('The import is done'))
  expect(api.sent.at(-1)).toMatchObject({
    path: 'member-imports/import/start',
    body: { hash: 'shown' },
  })
})

test('a table with nobody to add says so and cannot be started', async () => {
  const dialog = await openImport({ locale: 'es' })
  choose(dialog, 'Correo\nnadie\n')
  await vi.waitFor(() => expect(dialog.textContent).toContain('Nada cambiaría'))
  expect(dialog.querySelector('footer .primary')).toBeNull()
})

test('a file that is refused can be chosen again', async () => {
  const dialog = await openImport()
  api.refusals.push({ path: 'member-imports', code: 'payload-too-large' })
  choose(dialog, 'Email\nana@acme.example\n')
  await vi.waitFor(() => expect(dialog.querySelector('[role="alert"]')).not.toBeNull())
  choose(dialog, 'Email\nana@acme.example\n')
  await vi.waitFor(() => expect(dialog.textContent).toContain('1 new'))
})

test('where people are only created, a table creates them', async () => {
  const dialog = await openImport({ features: 'create import' })
  expect(dialog.querySelector('input[type="radio"]')).toBeNull()
  choose(dialog, 'Email\nana@acme.example\n')
  await vi.waitFor(() => expect(dialog.textContent).toContain('1 new'))
  expect(api.log).toContain('POST member-imports?way=create')
})

test.each([
  ['done', 1],
  ['failed', 0],
] as const)('the host hears of an import that is %s %i times', async (end, times) => {
  const dialog = await openImport()
  const told: Event[] = []
  widget.element.addEventListener('team-after-import', (event) => told.push(event))
  api.store.importEnds = end
  choose(dialog, 'Email\nana@acme.example\n')
  const start = await vi.waitUntil(() => dialog.querySelector<HTMLElement>('footer .primary'))
  start.click()
  const said = { done: 'The import is done', failed: 'could not be read to its end' }[end]
  await vi.waitFor(() => expect(dialog.textContent).toContain(said))
  await vi.waitFor(() => expect(api.log.join()).toContain('jobs/import-job/results'))
  await vi.waitFor(() => expect(told).toHaveLength(times))
})
