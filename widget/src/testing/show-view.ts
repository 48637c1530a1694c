import axe from 'axe-core'
import { expect, onTestFinished, vi } from 'vitest'
import { page } from 'vitest/browser'

import type { TeamView } from '../i18n/messages.ts'
import { InMemoryTeamApi } from './in-memory-team-api.ts'
import { type MountedWidget, mountWidget } from './mount-widget.ts'
import { believablePeople } from './people.ts'

/** Shows a team of believable people until the test is over. */
export async function showTeam(
  options: Parameters<typeof mountWidget>[1] = {},
): Promise<{ api: InMemoryTeamApi; widget: MountedWidget }> {
  const api = new InMemoryTeamApi(believablePeople(Date.now()))
  const widget = await mountWidget(api, options)
  onTestFinished(async () => {
    widget.unmount()
    await page.viewport(1280, 900)
  })
  return { api, widget }
}

/** Goes to a view and gives its shadow root once it is there. */
export async function showView(widget: MountedWidget, view: TeamView): Promise<ShadowRoot> {
  widget.element.view = view
  return vi.waitFor(() => {
    const root = widget.element.renderRoot.querySelector(`team-${view}`)?.shadowRoot
    expect(root?.querySelector('.top')).toBeTruthy()
    return root as ShadowRoot
  })
}

/** The button that says so, or is called so. */
export function button(root: ParentNode, label: string): HTMLButtonElement {
  const found = [...root.querySelectorAll('button')].find(
    (one) => (one.ariaLabel ?? one.textContent ?? '').trim() === label,
  )
  if (found === undefined) throw new Error(`There is no button ${label}.`)
  return found
}

/** The same once it takes a click: what is disabled while something is under way ignores one. */
export function pressable(root: ParentNode, label: string): Promise<HTMLButtonElement> {
  return vi.waitFor(() => {
    const found = button(root, label)
    expect(found.disabled).toBe(false)
    return found
  })
}

export async function press(root: ParentNode, label: string): Promise<void> {
  const found = await pressable(root, label)
  found.click()
}

/** The dialog of a screen once it is open. */
export async function dialogOf(root: ShadowRoot): Promise<HTMLDialogElement> {
  return vi.waitUntil(() => root.querySelector<HTMLDialogElement>('dialog[open]'))
}

/** What axe finds in the widget, each with the first place. */
export async function findViolations({ element }: MountedWidget): Promise<string[]> {
  document.body.style.background = element.theme === 'dark' ? '#000' : '#fff'
  const { violations } = await axe.run(element)
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}
