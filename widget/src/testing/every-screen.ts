import { vi } from 'vitest'

import { everybody } from '../controllers/members-controller.ts'
import type { TeamView } from '../i18n/messages.ts'
import type { ScreenRequest } from '../screens/screen-request.ts'
import type { MountedWidget } from './mount-widget.ts'

const waiting = { timeout: 10_000 }

type Opened = Exclude<ScreenRequest['screen'], 'menu'>

/** Every view and everything that opens over one, in the order a visit goes through them. */
export const everyScreen: readonly string[] = [
  'members',
  'filters',
  'departments',
  'roles',
  'directory',
  'activity',
  'profile',
  'member access',
  'member profile',
  'member why',
  'member account',
  'revoke',
  'invite',
  'import',
  'bulk suspend',
  'bulk set-role',
]

const tags: Record<Opened, string> = {
  member: 'team-member-panel',
  revoke: 'team-revoke',
  invite: 'team-invite',
  import: 'team-import',
  bulk: 'team-bulk',
}

/** A screen that is shown, until one goes back. */
export interface ShownScreen {
  element: HTMLElement
  goBack: () => Promise<unknown>
}

/** Goes to a screen of `everyScreen`. */
export async function openScreen(widget: MountedWidget, screen: string): Promise<ShownScreen> {
  const { element, list } = widget
  const [name = '', part = ''] = screen.split(' ')
  if (name === 'filters') {
    const button = widget.listRoot.querySelector<HTMLElement>('.more-filters')
    button?.click()
    await vi.waitFor(() => {
      const filters = widget.listRoot.querySelector('team-filters')?.shadowRoot
      if (!filters?.querySelector('select')) throw new Error('It is not there yet.')
    }, waiting)
    return {
      element: list,
      goBack: () => {
        button?.click()
        return vi.waitUntil(() => !widget.listRoot.querySelector('team-filters'), waiting)
      },
    }
  }
  if (part === '' && !(name in tags)) {
    element.view = name as TeamView
    const shown = await vi.waitFor(
      () => settled(name === 'members' ? list : find(element, `team-${name}`)),
      waiting,
    )
    return { element: shown, goBack: () => Promise.resolve() }
  }
  const { members } = await element.session!.api.listMembers(
    { ...everybody, state: 'active' },
    { cursor: null, limit: 3 },
    new AbortController().signal,
  )
  const member = members.find(({ isYou }) => !isYou)
  const request = {
    screen: name,
    member,
    tab: part,
    emails: ['ana@example.com', 'not an address'],
    kind: part,
    count: 2,
    request: { ids: [member?.id] },
  } as unknown as ScreenRequest
  list.open(request)
  const tag = tags[name as Opened]
  const opened = await vi.waitFor(() => settled(find(element, tag)), waiting)
  return {
    element: opened,
    goBack: () => {
      opened.shadowRoot?.querySelector('dialog')?.close()
      return vi.waitUntil(() => find(element, tag) === null, waiting)
    },
  }
}

function find(element: Element, tag: string): HTMLElement | null | undefined {
  return element.shadowRoot?.querySelector<HTMLElement>(tag)
}

/** A screen that has read what it shows. */
function settled(screen: HTMLElement | null | undefined): HTMLElement {
  const root = screen?.shadowRoot
  if (screen == null || root == null || root.querySelector('.loading, .skeleton') !== null) {
    throw new Error('It is not there yet.')
  }
  if (root.querySelector('.row, .top, dialog[open]') === null) throw new Error('It is empty.')
  return screen
}
