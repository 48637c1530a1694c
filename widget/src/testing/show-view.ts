import axe from 'axe-core'
import { expect, vi } from 'vitest'

import type { TeamView } from '../i18n/messages.ts'
import type { MountedWidget } from './mount-widget.ts'

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
