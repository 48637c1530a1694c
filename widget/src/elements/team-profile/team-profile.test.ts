import { expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'

import type { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import type { MountedWidget } from '../../testing/mount-widget.ts'
import { button, dialogOf, findViolations, showTeam, showView } from '../../testing/show-view.ts'

let api: InMemoryTeamApi
let widget: MountedWidget

async function show(options: Parameters<typeof showTeam>[0] = {}): Promise<ShadowRoot> {
  ;({ api, widget } = await showTeam(options))
  const root = await showView(widget, 'profile')
  await vi.waitFor(() => expect(root.querySelectorAll('.card').length).toBeGreaterThan(3))
  return root
}

test.each([
  ['en', 'light', 1200],
  ['es', 'dark', 1200],
  ['pt-BR', 'light', 320],
] as const)(
  'axe finds nothing in what is one’s own (%s, %s, %i px)',
  async (locale, theme, widthPx) => {
    await page.viewport(widthPx, 900)
    const root = await show({ locale, theme, widthPx })
    expect(await findViolations(widget)).toEqual([])
    expect(root.host.scrollWidth).toBeLessThanOrEqual(root.host.clientWidth)
    const { password, ownership } = await wordsOf(root)
    for (const opener of [password, ownership]) {
      opener.click()
      const dialog = await dialogOf(root)
      expect(await findViolations(widget)).toEqual([])
      dialog.close()
      await vi.waitFor(() => expect(root.querySelector('dialog')).toBeNull())
    }
  },
)

/** The buttons that open something, whatever they are called in the language. */
async function wordsOf(
  root: ShadowRoot,
): Promise<{ password: HTMLButtonElement; ownership: HTMLButtonElement }> {
  const buttons = [...root.querySelectorAll<HTMLButtonElement>('.own .card button')]
  const [, password, , ownership] = buttons
  return { password: password!, ownership: ownership! }
}

test('whoever sets themselves away stays so until they say otherwise', async () => {
  const root = await show()
  button(root, 'Set as away').click()
  await vi.waitFor(() => expect(root.querySelector('.mark')?.textContent?.trim()).toBe('Away'))
  expect(api.store.own.account.availability).toBe('away')
  button(root, 'I’m back').click()
  await vi.waitFor(() => expect(api.store.own.account.availability).toBe('online'))
})

test('a password is changed by whoever knows the present one', async () => {
  const root = await show()
  button(root, 'Change password').click()
  const dialog = await dialogOf(root)
  await userEvent.fill(dialog.querySelector('#current') as HTMLElement, 'a wrong one')
  await userEvent.fill(dialog.querySelector('#password') as HTMLElement, 'a much better secret')
  button(dialog, 'Change password').click()
  await vi.waitFor(() =>
    expect(dialog.querySelector('#current-about')?.textContent).toContain('not your current'),
  )
  await userEvent.fill(dialog.querySelector('#current') as HTMLElement, 'the old secret one')
  button(dialog, 'Change password').click()
  await vi.waitFor(() => expect(api.store.own.password).toBe('a much better secret'))
})

test('one session is ended, or all of them after a question', async () => {
  const root = await show()
  button(root, 'Sign out: 3 days ago').click()
  await vi.waitFor(() => expect(api.store.own.sessions).toHaveLength(1))
  await vi.waitFor(() => expect(root.textContent).not.toContain('With password'))
  button(root, 'Sign out everywhere').click()
  const dialog = await dialogOf(root)
  expect(dialog.textContent).toContain('Ends every session')
  button(dialog, 'Sign out').click()
  await vi.waitFor(() => expect(api.log).toContain('POST members/member-2/sign-out'))
})

test('recovery codes are shown this once', async () => {
  const root = await show()
  button(root, 'Make new codes').click()
  const dialog = await dialogOf(root)
  expect(dialog.querySelector('textarea')?.value.split('\n')).toHaveLength(10)
  button(dialog, 'Done').click()
  await vi.waitFor(() => expect(root.textContent).toContain('10 codes left'))
  expect(root.textContent).not.toContain('k7m2')
})

test('the ownership goes to somebody found by name, once both have confirmed, unless it is cancelled', async () => {
  const root = await show()
  button(root, 'Transfer ownership').click()
  const dialog = await dialogOf(root)
  expect(button(dialog, 'Send the links').disabled).toBe(true)
  const picker = dialog.querySelector('team-person-picker')?.shadowRoot as ShadowRoot
  picker.querySelector('input')?.focus()
  await userEvent.keyboard('sofia')
  await vi.waitFor(() => expect(picker.querySelector('[aria-selected="true"]')).not.toBeNull())
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(button(dialog, 'Send the links').disabled).toBe(false))
  button(dialog, 'Send the links').click()
  await vi.waitFor(() => expect(root.textContent).toContain('not confirmed yet'))
  expect(root.textContent).toContain('Sofía Navarro Ibáñez')
  button(root, 'Cancel transfer').click()
  await vi.waitFor(() => expect(root.textContent).not.toContain('not confirmed yet'))
})

test('whoever may not change anything sees no buttons', async () => {
  const root = await show({ readonly: true })
  expect(root.querySelectorAll('.card button')).toHaveLength(0)
})
