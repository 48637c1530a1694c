import axe from 'axe-core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'

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

function dialog(): HTMLDialogElement | null | undefined {
  return widget.listRoot
    .querySelector('team-member-access')
    ?.shadowRoot?.querySelector<HTMLDialogElement>('dialog')
}

async function openWithEnter(): Promise<HTMLDialogElement> {
  widget.row('Ana Ruiz')?.querySelector<HTMLElement>('[role="gridcell"]')?.focus()
  await userEvent.keyboard('{Enter}')
  await vi.waitUntil(() => dialog()?.open)
  return dialog() as HTMLDialogElement
}

test.each(['light', 'dark'] as const)('axe finds nothing in the dialog (%s)', async (theme) => {
  widget.element.theme = theme
  const opened = await openWithEnter()
  await vi.waitFor(() => expect(opened.querySelectorAll('li')).toHaveLength(5))
  const { violations } = await axe.run(widget.element)
  expect(violations.map(({ id }) => id)).toEqual([])
})

test('every grant says in words where it comes from and since when', async () => {
  const opened = await openWithEnter()
  await vi.waitFor(() => expect(opened.querySelectorAll('li')).toHaveLength(5))
  const texts = [...opened.querySelectorAll('li')].map((item) =>
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
  const opened = await openWithEnter()
  await vi.waitFor(() => expect(opened.textContent).toContain('Nothing is granted'))
})

test('a failure is shown inside the dialog and can be retried', async () => {
  api.refusals.push({ path: 'members/', code: 'unavailable' })
  const opened = await openWithEnter()
  await vi.waitFor(() => expect(opened.textContent).toContain('The service is busy'))
  opened.querySelector<HTMLElement>('.notice button')?.click()
  await vi.waitFor(() => expect(opened.querySelectorAll('li')).toHaveLength(5))
})

test('a member who was removed meanwhile is said to be gone', async () => {
  widget.row('Ana Ruiz')?.querySelector<HTMLElement>('[role="gridcell"]')?.focus()
  api.refusals.push({ path: 'members/', code: 'not-found' })
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(dialog()?.textContent).toContain('This member is gone'))
})
